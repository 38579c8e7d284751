export { bearerAuth, type BearerAuthOptions, type BearerContext, type BearerDenyCode } from './bearer-auth.ts'
export { bearerChallenge, type BearerChallenge, type BearerError } from './bearer-challenge.ts'
export { createTokenValidator } from './create-token-validator.ts'
export type { CacheLimits } from './cache/result-cache.ts'
export type { IntrospectionEvent, IntrospectionOptions } from './introspection/introspector.ts'
export type { JwsAlgorithm } from './jws/algorithms.ts'
export type { Fetch, FetchInit, FetchResponse } from './keys/fetch.ts'
export type { KeyEvent } from './keys/key-source.ts'
export type { LoadFailure } from './keys/load-keys.ts'
export { memoryRevocations, type RevocationStore } from './memory-revocations.ts'
export {
  protectedResourceMetadata,
  type ProtectedResource,
  type ProtectedResourceMetadata,
} from './protected-resource-metadata.ts'
export { insufficientScope, requireTokenScopes } from './require-token-scopes.ts'
export type { ScopeHierarchy } from './scope-hierarchy.ts'
export { tokenFingerprint, type FingerprintKey } from './token-fingerprint.ts'
export { TOKEN_PROFILES, type TokenProfile } from './token-profile.ts'
export type { TokenValidator, TokenValidatorOptions, ValidatorEvent } from './token-validator.ts'
export type { Accepted, Rejected, Rejection, TokenInfo, Unavailability, Unavailable, Verdict } from './verdict.ts'
