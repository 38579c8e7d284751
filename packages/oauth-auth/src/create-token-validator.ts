import { hash } from 'node:crypto'
import { systemClock, type Clock } from '@ringfence/guard'
import { issuePrincipal } from '@ringfence/guard/authenticator'
import { checkAccessToken, checkTime, type AccessToken, type AccessTokenPolicy } from './access-token.ts'
import { ResultCache, type CacheLimits } from './cache/result-cache.ts'
import { DEFAULT_ALGORITHMS, type JwsAlgorithm } from './jws/algorithms.ts'
import { MAX_TOKEN_LENGTH, parseJws, type Jws } from './jws/parse-jws.ts'
import type { Fetch } from './keys/fetch.ts'
import { KeySource, type KeyEvent, type Lookup } from './keys/key-source.ts'
import { keyLoader } from './keys/load-keys.ts'
import { memoryRevocations, type RevocationStore } from './memory-revocations.ts'
import { scopeHierarchy, type ScopeHierarchy } from './scope-hierarchy.ts'
import { settledWithin } from './settled-within.ts'
import { fingerprinter, type FingerprintKey } from './token-fingerprint.ts'
import { readOptions } from './validator-options.ts'
import { rejected, unavailable, type Accepted, type Verdict } from './verdict.ts'

/** What a validator needs to know. Times are in milliseconds. */
export interface TokenValidatorOptions {
  /** The issuer identifier, compared exactly; https, or http on a loopback address. */
  readonly issuer: string
  /** The resource's own identifier or identifiers: a token must name at least one (RFC 8707). */
  readonly audience: string | readonly string[]
  /** Audiences that a token may name beside ours (default: none). */
  readonly otherAudiences?: readonly string[]
  /** Where the keys are; by default the issuer's metadata says (RFC 8414, OpenID Discovery). */
  readonly jwksUri?: string
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
   * Answers at once whenever no key has to be fetched, and within the deadline otherwise. Never throws, never rejects:
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
 * Makes a validator of JWT access tokens (RFC 9068) of one issuer. No request leaves before the first token arrives or
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
  return new Validator(options)
}

class Validator implements TokenValidator {
  readonly #policy: AccessTokenPolicy
  readonly #algorithms: ReadonlySet<string>
  readonly #keys: KeySource
  readonly #accepted: ResultCache<Accepted>
  /** Bad signatures, in a partition of their own: no flood of them can push a good token out. */
  readonly #forged: ResultCache<true>
  readonly #verifying = new Map<string, Promise<Verdict>>()
  readonly #revocations: RevocationStore
  readonly #expandScopes: (granted: readonly string[]) => readonly string[]
  readonly #fingerprint: (token: string) => string
  readonly #deadlineMs: number
  readonly #clock: Clock
  #wasReady = false
  #closed = false

  constructor(options: TokenValidatorOptions) {
    const { policy, deadlineMs, cache } = readOptions(options)
    const { algorithms = DEFAULT_ALGORITHMS, clock = systemClock, onEvent } = options
    this.#policy = policy
    this.#algorithms = new Set(algorithms)
    this.#accepted = new ResultCache(cache, clock)
    this.#forged = new ResultCache(FORGED_LIMITS, clock)
    this.#revocations = options.revocations ?? memoryRevocations({ clock })
    this.#expandScopes = scopeHierarchy(options.scopeHierarchy ?? {})
    this.#fingerprint = fingerprinter(options.fingerprintKey)
    this.#deadlineMs = deadlineMs
    this.#clock = clock
    this.#keys = new KeySource({
      load: keyLoader({ issuer: policy.issuer, jwksUri: options.jwksUri, algorithms, fetch: options.fetch }),
      clock,
      onEvent: (event) => {
        if (event.type === 'keys_loaded') this.#wasReady = true
        try {
          onEvent?.(event)
        } catch {
          // A listener that fails must not decide whether keys are used.
        }
      },
    })
  }

  validate(token: string): Verdict | Promise<Verdict> {
    if (this.#closed) return unavailable('closed')
    const verdict = this.#verified(token)
    if (!(verdict instanceof Promise)) {
      const current = this.#current(verdict)
      return current instanceof Promise ? this.#beforeDeadline(current) : current
    }
    return this.#beforeDeadline(verdict.then((settled) => this.#current(settled)))
  }

  fingerprint(token: string): string {
    return this.#fingerprint(token)
  }

  async revoke(fingerprint: string): Promise<void> {
    // Whatever is revoked now was issued by now, give or take the tolerance, and lives no longer than allowed.
    const { clockToleranceMs, maxLifetimeMs } = this.#policy
    await this.#revocations.revoke(fingerprint, this.#clock.now() + clockToleranceMs + maxLifetimeMs)
  }

  ready(): boolean {
    return this.#wasReady || (!this.#closed && this.#keys.hasKeys())
  }

  close(): void {
    this.#closed = true
    this.#keys.close()
    this.#accepted.clear()
    this.#forged.clear()
  }

  /** Is this a token of the issuer for us? From the cache, from a verification under way, or from a new one. */
  #verified(token: string): Verdict | Promise<Verdict> {
    if (token.length > MAX_TOKEN_LENGTH) return rejected('malformed')
    // Of the whole token: a key that leaves anything out would give one caller the verdict of another.
    const id = hash('sha256', token, 'base64')
    const { generation } = this.#keys
    const known = this.#accepted.get(id, generation) ?? this.#verifying.get(id)
    if (known !== undefined) return known
    if (this.#forged.get(id, generation) === true) return rejected('wrong_signature')

    const jws = parseJws(token)
    if (jws === undefined) return rejected('malformed')
    if (!this.#algorithms.has(jws.alg)) return rejected('algorithm_not_allowed')
    const claims = checkAccessToken(jws, this.#policy, this.#clock.now())
    if (typeof claims === 'string') return rejected(claims)

    const verify = (lookup: Lookup): Verdict => this.#verify(token, id, jws, claims, lookup)
    const lookup = this.#keys.find(jws.kid, jws.alg)
    if (!(lookup instanceof Promise)) return verify(lookup)
    if (this.#verifying.size >= MAX_VERIFYING) return unavailable('overloaded')
    const verifying = lookup.then(verify).finally(() => this.#verifying.delete(id))
    this.#verifying.set(id, verifying)
    return verifying
  }

  #verify(token: string, id: string, jws: Jws, claims: AccessToken, lookup: Lookup): Verdict {
    if (this.#closed) return unavailable('closed')
    if (!isKeys(lookup)) return unavailable('keys_unavailable', lookup.retryAfterMs)
    if (lookup.length === 0) return rejected('unknown_key')
    const { generation } = this.#keys
    if (!lookup.some((key) => key.verify(jws))) {
      this.#forged.set(id, generation, true)
      return rejected('wrong_signature')
    }
    const accepted = this.#accept(token, claims)
    this.#accepted.set(id, generation, accepted)
    return accepted
  }

  #accept(token: string, claims: AccessToken): Accepted {
    const fingerprint = this.#fingerprint(token)
    const principal = issuePrincipal({
      kind: 'bearer',
      id: claims.subject,
      clientId: claims.clientId,
      scopes: this.#expandScopes(claims.scopes),
      fingerprint,
      expiresAt: claims.expiresAt,
    })
    return Object.freeze({ ok: true, principal, token: Object.freeze({ ...claims, fingerprint }) })
  }

  /** What no cache may answer: the time, and whether the token has been revoked since. */
  #current(verdict: Verdict): Verdict | Promise<Verdict> {
    if (!verdict.ok) return verdict
    const reason = checkTime(verdict.token, this.#policy.clockToleranceMs, this.#clock.now())
    if (reason !== undefined) return rejected(reason)
    try {
      const revoked = this.#revocations.isRevoked(verdict.token.fingerprint)
      if (typeof revoked === 'boolean') return revoked ? rejected('revoked') : verdict
      return revoked.then(
        (answer) => (answer ? rejected('revoked') : verdict),
        () => unavailable('revocations_unavailable'),
      )
    } catch {
      return unavailable('revocations_unavailable')
    }
  }

  /** Every caller waits on its own clock; what is shared goes on without it. */
  async #beforeDeadline(verdict: Promise<Verdict>): Promise<Verdict> {
    return (await settledWithin(verdict, this.#deadlineMs)) ?? unavailable('late')
  }
}

function isKeys(lookup: Lookup): lookup is Exclude<Lookup, { readonly retryAfterMs: number }> {
  return Array.isArray(lookup)
}

const FORGED_LIMITS: CacheLimits = { maxEntries: 1_000, ttlMs: 10_000 }

/** Tokens whose key is being fetched. */
const MAX_VERIFYING = 10_000
