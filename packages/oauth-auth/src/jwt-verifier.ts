import type { Clock } from '@ringfence/guard'
import { checkAccessToken, type AccessToken, type AccessTokenPolicy } from './access-token.ts'
import type { Finding, Verifier } from './finding.ts'
import type { JwsAlgorithm } from './jws/algorithms.ts'
import { parseJws, type Jws } from './jws/parse-jws.ts'
import { KeySource, type KeyEvent, type Lookup } from './keys/key-source.ts'
import type { KeyLoader } from './keys/load-keys.ts'
import { rejected, unavailable } from './verdict.ts'

/** What verifying JWT access tokens takes. */
export interface JwtVerifierOptions {
  readonly policy: AccessTokenPolicy
  readonly algorithms: readonly JwsAlgorithm[]
  readonly load: KeyLoader
  readonly clock: Clock
  readonly onEvent: (event: KeyEvent) => void
}

/**
 * Verifies JWT access tokens (RFC 9068) by the issuer's keys. A token is parsed once, strictly, and its claims are
 * looked at first: what is not meant for us costs neither a signature check nor a request.
 */
export class JwtVerifier implements Verifier {
  readonly #policy: AccessTokenPolicy
  readonly #algorithms: ReadonlySet<string>
  readonly #clock: Clock
  readonly #keys: KeySource

  constructor({ policy, algorithms, load, clock, onEvent }: JwtVerifierOptions) {
    this.#policy = policy
    this.#algorithms = new Set(algorithms)
    this.#clock = clock
    this.#keys = new KeySource({ load, clock, onEvent })
  }

  get generation(): number {
    return this.#keys.generation
  }

  get until(): number {
    return this.#keys.until
  }

  ready(): boolean {
    return this.#keys.hasKeys()
  }

  close(): void {
    this.#keys.close()
  }

  verify(token: string): Finding | Promise<Finding> {
    const jws = parseJws(token)
    if (jws === undefined) return rejected('malformed')
    if (!this.#algorithms.has(jws.alg)) return rejected('algorithm_not_allowed')
    const claims = checkAccessToken(jws, this.#policy, this.#clock.now())
    if (typeof claims === 'string') return rejected(claims)

    const lookup = this.#keys.find(jws.kid, jws.alg)
    return lookup instanceof Promise
      ? lookup.then((settled) => checkSignature(jws, claims, settled))
      : checkSignature(jws, claims, lookup)
  }
}

function checkSignature(jws: Jws, claims: AccessToken, lookup: Lookup): Finding {
  if ('retryAfterMs' in lookup) return unavailable('keys_unavailable', lookup.retryAfterMs)
  if (lookup.length === 0) return rejected('unknown_key')
  if (lookup.some((key) => key.verify(jws))) return { ok: true, claims }
  return { ...rejected('wrong_signature'), remember: true }
}
