import type { Clock } from '@ringfence/guard'
import type { CacheLimits } from './cache/result-cache.ts'
import type { IntrospectionEvent, IntrospectionOptions } from './introspection/introspector.ts'
import type { JwsAlgorithm } from './jws/algorithms.ts'
import type { Fetch } from './keys/fetch.ts'
import type { KeyEvent } from './keys/key-source.ts'
import type { RevocationStore } from './memory-revocations.ts'
import type { ScopeHierarchy } from './scope-hierarchy.ts'
import type { FingerprintKey } from './token-fingerprint.ts'
import type { TokenProfile } from './token-profile.ts'
import type { Verdict } from './verdict.ts'

/** What a validator needs to know. Times are in milliseconds. */
export interface TokenValidatorOptions {
  /** The issuer identifier, compared exactly; https, or http on a loopback address. */
  readonly issuer: string
  /** The resource's own identifier or identifiers: a token must name at least one (RFC 8707). */
  readonly audience: string | readonly string[]
  /** Audiences that a token may name beside ours (default: none). */
  readonly otherAudiences?: readonly string[]
  /**
   * Where the keys are; by default the issuer's metadata says (RFC 8414, OpenID Discovery). `false` if this issuer's
   * tokens are all opaque.
   */
  readonly jwksUri?: string | false
  /** How opaque tokens are verified (RFC 7662); without it they are refused. */
  readonly introspection?: IntrospectionOptions
  /** Reaches the issuer; see {@link Fetch}. */
  readonly fetch: Fetch
  readonly fingerprintKey: FingerprintKey
  /** Where the issuer's JWTs differ from RFC 9068: one of `TOKEN_PROFILES`, or what you know of yours. */
  readonly profile?: Partial<TokenProfile>
  /** Default: ES256, ES384, EdDSA, Ed25519, RS256, PS256. */
  readonly algorithms?: readonly JwsAlgorithm[]
  readonly scopeHierarchy?: ScopeHierarchy
  /** How far the issuer's clock may be ahead (default 5 s). A token is refused in the instant it expires, always. */
  readonly clockToleranceMs?: number
  /** The longest lifetime a token may have (default 24 h); a revocation is kept that long. */
  readonly maxLifetimeMs?: number
  /** How long one validation may take, dependencies included (default 450). */
  readonly deadlineMs?: number
  /** Accepted tokens remembered (default 10,000 for 60 s); `maxEntries: 0` turns the cache off. */
  readonly cache?: Partial<CacheLimits>
  /** Default: in this process. */
  readonly revocations?: RevocationStore
  readonly onEvent?: (event: ValidatorEvent) => void
  readonly clock?: Clock
}

/** What happens behind the validations; for logs and alarms. It never carries a token. */
export type ValidatorEvent = KeyEvent | IntrospectionEvent

/** Tells good access tokens from bad ones. */
export interface TokenValidator {
  /**
   * Answers at once whenever nobody has to be asked, and within the deadline otherwise. Never throws, never rejects:
   * a dependency that fails or is late is a verdict of its own.
   */
  validate(token: string): Verdict | Promise<Verdict>
  /**
   * Refuses the token of this fingerprint from now on.
   *
   * @throws RingfenceError `option_invalid` for anything but a fingerprint made with this validator's key: a token, or a
   *   name given under an earlier key, would be written down and refuse nothing
   */
  revoke(fingerprint: string): Promise<void>
  /** The fingerprint this validator gives to a token. */
  fingerprint(token: string): string
  /** True once keys were loaded, even if they have been lost since. Until then, asking also starts a load when due. */
  ready(): boolean
  /** Stops: aborts requests to the issuer, forgets everything; later validations answer `dependency_unavailable`. */
  close(): void
}
