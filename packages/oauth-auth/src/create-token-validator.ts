import { systemClock, type Clock } from '@ringfence/guard'
import type { AccessTokenPolicy } from './access-token.ts'
import type { CacheLimits } from './cache/result-cache.ts'
import { Introspector, type IntrospectionOptions } from './introspection/introspector.ts'
import { isJwt } from './is-jwt.ts'
import { DEFAULT_ALGORITHMS, type JwsAlgorithm } from './jws/algorithms.ts'
import { JwtVerifier } from './jwt-verifier.ts'
import type { Fetch } from './keys/fetch.ts'
import type { KeyEvent } from './keys/key-source.ts'
import { keyLoader } from './keys/load-keys.ts'
import { memoryRevocations, type RevocationStore } from './memory-revocations.ts'
import { scopeHierarchy, type ScopeHierarchy } from './scope-hierarchy.ts'
import { fingerprinter, type FingerprintKey } from './token-fingerprint.ts'
import { readOptions } from './validator-options.ts'
import { Validator } from './validator.ts'
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
  readonly onEvent?: (event: KeyEvent) => void
  readonly clock?: Clock
}

/** Tells good access tokens from bad ones. */
export interface TokenValidator {
  /**
   * Answers at once whenever nobody has to be asked, and within the deadline otherwise. Never throws, never rejects:
   * a dependency that fails or is late is a verdict of its own.
   */
  validate(token: string): Verdict | Promise<Verdict>
  /** Refuses the token of this fingerprint from now on. */
  revoke(fingerprint: string): Promise<void>
  /** The fingerprint this validator gives to a token. */
  fingerprint(token: string): string
  /** True once keys were loaded, even if they have been lost since. Until then, asking also starts a load when due. */
  ready(): boolean
  /** Stops: aborts requests to the issuer, forgets everything; later validations answer `dependency_unavailable`. */
  close(): void
}

/**
 * Makes a validator of the access tokens of one issuer: JWTs (RFC 9068), opaque ones (RFC 7662) or both. No request leaves before the first token arrives or
 * `ready()` is asked.
 *
 * @throws RingfenceError `option_invalid`
 *
 * @example
 * ```ts
 * const validator = createTokenValidator({ issuer, audience: 'https://tools.example/mcp', fetch, fingerprintKey })
 * const verdict = await validator.validate(token)
 * if (!verdict.ok) console.error(verdict.code, verdict.reason)
 * ```
 */
export function createTokenValidator(options: TokenValidatorOptions): TokenValidator {
  const { policy, deadlineMs, cache } = readOptions(options)
  const { fetch, introspection, clock = systemClock } = options
  const jwts = options.jwksUri === false ? undefined : jwtVerifier(options, policy, clock)
  const opaque = introspection && new Introspector({ introspection, policy, fetch, clock })
  return new Validator({
    policy,
    verifierOf: (token) => (isJwt(token) ? jwts : opaque),
    verifiers: [jwts, opaque].filter((verifier) => verifier !== undefined),
    revocations: options.revocations ?? memoryRevocations({ clock }),
    expandScopes: scopeHierarchy(options.scopeHierarchy ?? {}),
    fingerprint: fingerprinter(options.fingerprintKey),
    deadlineMs,
    cache,
    clock,
  })
}

function jwtVerifier(options: TokenValidatorOptions, policy: AccessTokenPolicy, clock: Clock): JwtVerifier {
  const { jwksUri, algorithms = DEFAULT_ALGORITHMS, fetch, onEvent } = options
  const uri = jwksUri === false ? undefined : jwksUri
  return new JwtVerifier({
    policy,
    algorithms,
    load: keyLoader({ issuer: policy.issuer, jwksUri: uri, algorithms, fetch }),
    clock,
    onEvent: (event) => {
      try {
        onEvent?.(event)
      } catch {
        // A listener that fails must not decide whether keys are used.
      }
    },
  })
}
