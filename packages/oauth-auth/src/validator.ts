import { hash } from 'node:crypto'
import type { Clock } from '@ringfence/guard'
import { issuePrincipal } from '@ringfence/guard/authenticator'
import { checkTime, type AccessTokenPolicy } from './access-token.ts'
import { ResultCache, type CacheLimits } from './cache/result-cache.ts'
import type { TokenValidator } from './token-validator.ts'
import type { Finding, Verifier } from './finding.ts'
import { MAX_TOKEN_LENGTH } from './jws/parse-jws.ts'
import type { RevocationStore } from './memory-revocations.ts'
import { settledWithin } from './settled-within.ts'
import type { Fingerprinter } from './token-fingerprint.ts'
import { rejected, unavailable, type Accepted, type Rejected, type Verdict } from './verdict.ts'

/** The parts a validator is put together from. */
export interface ValidatorParts {
  readonly policy: AccessTokenPolicy
  /** Which verifier a token is for, or undefined when it is for none. It depends on the token alone. */
  readonly verifierOf: (token: string) => Verifier | undefined
  readonly verifiers: readonly Verifier[]
  readonly revocations: RevocationStore
  readonly expandScopes: (granted: readonly string[]) => readonly string[]
  readonly fingerprints: Fingerprinter
  readonly deadlineMs: number
  readonly cache: CacheLimits
  readonly clock: Clock
}

/** Remembers, shares, bounds and revokes what verifiers find. */
export class Validator implements TokenValidator {
  readonly #parts: ValidatorParts
  readonly #accepted: ResultCache<Accepted>
  /** A partition of its own: no flood of bad tokens can push a good one out. */
  readonly #rejected: ResultCache<Rejected>
  readonly #verifying = new Map<string, Promise<Verdict>>()
  #wasReady = false
  #closed = false

  constructor(parts: ValidatorParts) {
    this.#parts = parts
    this.#accepted = new ResultCache(parts.cache, parts.clock)
    this.#rejected = new ResultCache(REJECTED_LIMITS, parts.clock)
  }

  validate(token: string): Verdict | Promise<Verdict> {
    if (this.#closed) return unavailable('closed')
    const verdict = this.#verified(token)
    if (verdict instanceof Promise) return this.#beforeDeadline(verdict.then((settled) => this.#current(settled)))
    const current = this.#current(verdict)
    return current instanceof Promise ? this.#beforeDeadline(current) : current
  }

  fingerprint(token: string): string {
    return this.#parts.fingerprints.nameOf(token)
  }

  async revoke(fingerprint: string): Promise<void> {
    const { clock, fingerprints, policy, revocations } = this.#parts
    fingerprints.assertName(fingerprint)
    // Whatever is revoked now was issued by now, give or take the tolerance, and lives no longer than allowed.
    await revocations.revoke(fingerprint, clock.now() + policy.clockToleranceMs + policy.maxLifetimeMs)
  }

  ready(): boolean {
    if (this.#closed) return false
    this.#wasReady ||= this.#parts.verifiers.every((verifier) => verifier.ready())
    return this.#wasReady
  }

  close(): void {
    this.#closed = true
    for (const verifier of this.#parts.verifiers) verifier.close()
    this.#accepted.clear()
    this.#rejected.clear()
  }

  /** From the cache, from a verification under way, or from a new one. */
  #verified(token: string): Verdict | Promise<Verdict> {
    if (token.length > MAX_TOKEN_LENGTH) return rejected('malformed')
    // Of the whole token: a key that leaves anything out would give one caller the verdict of another.
    const id = hash('sha256', token, 'binary')
    const known = this.#accepted.get(id) ?? this.#verifying.get(id) ?? this.#rejected.get(id)
    if (known !== undefined) return known

    const verifier = this.#parts.verifierOf(token)
    if (verifier === undefined) return rejected('malformed')
    const finding = verifier.verify(token)
    if (!(finding instanceof Promise)) return this.#remember(token, id, verifier, finding)
    if (this.#verifying.size >= MAX_VERIFYING) return unavailable('overloaded')
    const verifying = finding
      .then((settled) => this.#remember(token, id, verifier, settled))
      .finally(() => this.#verifying.delete(id))
    this.#verifying.set(id, verifying)
    return verifying
  }

  /** Verdicts are kept; that somebody was late or away is not one. */
  #remember(token: string, id: string, verifier: Verifier, finding: Finding): Verdict {
    if (this.#closed) return unavailable('closed')
    if (finding.ok) {
      const accepted = this.#accept(token, finding)
      this.#accepted.set(id, accepted, verifier)
      return accepted
    }
    if (finding.code === 'credentials_invalid' && finding.remember) this.#rejected.set(id, finding, verifier)
    return finding
  }

  #accept(token: string, { claims }: Extract<Finding, { ok: true }>): Accepted {
    const fingerprint = this.#parts.fingerprints.nameOf(token)
    const principal = issuePrincipal({
      kind: 'bearer',
      id: claims.subject,
      clientId: claims.clientId,
      scopes: this.#parts.expandScopes(claims.scopes),
      fingerprint,
      expiresAt: claims.expiresAt,
    })
    return Object.freeze({ ok: true, principal, token: Object.freeze({ ...claims, fingerprint }) })
  }

  /** What no cache may answer: the time, and whether the token has been revoked since. */
  #current(verdict: Verdict): Verdict | Promise<Verdict> {
    if (!verdict.ok) return verdict
    const { policy, clock, revocations } = this.#parts
    const reason = checkTime(verdict.token, policy.clockToleranceMs, clock.now())
    if (reason !== undefined) return rejected(reason)
    try {
      const revoked = revocations.isRevoked(verdict.token.fingerprint)
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
    return (await settledWithin(verdict, this.#parts.deadlineMs)) ?? unavailable('late')
  }
}

const REJECTED_LIMITS: CacheLimits = { maxEntries: 1_000, ttlMs: 10_000 }

/** Tokens whose verification waits for an issuer. */
const MAX_VERIFYING = 10_000
