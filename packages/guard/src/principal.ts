import { RingfenceError } from '@ringfence/errors'
import { assertSingleCopy } from './single-copy.ts'

assertSingleCopy(import.meta.url)

/** What an authenticating guard states about the caller. */
export interface PrincipalClaims<Scope extends string = string> {
  /** How the caller proved who it is. */
  readonly kind: 'api-key' | 'bearer'
  /** The key id or the token's subject. */
  readonly id: string
  /** The client the caller acts through; for an API key the key id again. */
  readonly clientId: string
  /** Every scope granted, hierarchies already expanded. */
  readonly scopes: readonly Scope[]
  /** A keyed fingerprint of the credential, fit for logs. */
  readonly fingerprint?: string | undefined
  /** Milliseconds since the epoch at which the credential stops being valid. */
  readonly expiresAt?: number | undefined
}

// What plain JavaScript would need to call the private constructor.
const ISSUER: unique symbol = Symbol('issuer')

/** Only `@ringfence/guard/authenticator` hands this out. */
export let issuePrincipal: <Scope extends string>(claims: PrincipalClaims<Scope>) => Principal<Scope>

/**
 * An authenticated caller. Only a guard that verified a credential can make one: the constructor is private, and
 * {@link Principal.is} tells a real one from anything that merely looks like it.
 */
export class Principal<Scope extends string = string> implements PrincipalClaims<Scope> {
  static {
    issuePrincipal = (claims) => new Principal(claims, ISSUER)
  }

  readonly #issued = true
  readonly kind: 'api-key' | 'bearer'
  readonly id: string
  readonly clientId: string
  readonly scopes: readonly Scope[]
  readonly fingerprint: string | undefined
  readonly expiresAt: number | undefined

  private constructor(claims: PrincipalClaims<Scope>, issuer: symbol) {
    if (issuer !== ISSUER) throw new RingfenceError('guard_misused', 'a Principal is issued by an authenticating guard')
    this.kind = claims.kind
    this.id = claims.id
    this.clientId = claims.clientId
    this.scopes = Object.freeze([...claims.scopes])
    this.fingerprint = claims.fingerprint
    this.expiresAt = claims.expiresAt
    Object.freeze(this)
  }

  /** True only for a value that an authenticating guard of this process issued. */
  static is(value: unknown): value is Principal {
    return typeof value === 'object' && value !== null && #issued in value && value.#issued
  }

  /** Does the credential grant this scope? */
  has(scope: string): boolean {
    return (this.scopes as readonly string[]).includes(scope)
  }
}
