import type { Principal } from '@ringfence/guard'

/** What is known about an accepted token. The raw token is not part of it: `fingerprint` stands in for it everywhere. */
export interface TokenInfo {
  /** See `tokenFingerprint`: fit for logs, and what `revoke` takes. */
  readonly fingerprint: string
  readonly issuer: string
  readonly subject: string
  readonly clientId: string
  readonly audience: readonly string[]
  /** The scopes as granted, hierarchies not expanded. */
  readonly scopes: readonly string[]
  /** The `jti` claim; an opaque token need not have one. */
  readonly tokenId: string | undefined
  /** Milliseconds since the epoch; an opaque token need not say. */
  readonly issuedAt: number | undefined
  /** Milliseconds since the epoch; the token is refused from this instant on. */
  readonly expiresAt: number | undefined
  /** Milliseconds since the epoch, if the token has a `nbf` claim. */
  readonly notBefore: number | undefined
}

/** Why a token is not good. Only ever told to the audit log. */
export type Rejection =
  | 'malformed'
  | 'wrong_type'
  | 'algorithm_not_allowed'
  | 'claims_invalid'
  | 'wrong_issuer'
  | 'wrong_audience'
  | 'sender_constrained'
  | 'lifetime_too_long'
  | 'not_yet_valid'
  | 'expired'
  | 'unknown_key'
  | 'wrong_signature'
  | 'inactive'
  | 'revoked'

/** Why there is no verdict on a token. */
export type Unavailability =
  | 'late'
  | 'keys_unavailable'
  | 'introspection_unavailable'
  | 'revocations_unavailable'
  | 'overloaded'
  | 'closed'

/** The token is good, for as long as the answer is fresh: ask again for every request. */
export interface Accepted {
  readonly ok: true
  readonly principal: Principal
  readonly token: TokenInfo
}

/** The token is not good: 401. */
export interface Rejected {
  readonly ok: false
  readonly code: 'credentials_invalid'
  readonly reason: Rejection
}

/** Nobody can tell now: 503, never 401, because the client would throw a good token away. */
export interface Unavailable {
  readonly ok: false
  readonly code: 'dependency_unavailable'
  readonly reason: Unavailability
  readonly retryAfterMs: number
}

/** The outcome of one validation. */
export type Verdict = Accepted | Rejected | Unavailable

/** The 401. */
export function rejected(reason: Rejection): Rejected {
  return { ok: false, code: 'credentials_invalid', reason }
}

/** @param retryAfterMs when trying again can make sense, for Retry-After */
export function unavailable(reason: Unavailability, retryAfterMs: number = RETRY_AFTER_MS): Unavailable {
  return { ok: false, code: 'dependency_unavailable', reason, retryAfterMs }
}

const RETRY_AFTER_MS = 1_000
