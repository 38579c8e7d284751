// For authors of guards that verify a credential. Nothing else should import this: whoever can issue a principal is
// trusted to have verified one, so the lint refuses this import in applications.
export { issuePrincipal, type PrincipalClaims } from './principal.ts'
