import type { Clock } from '@ringfence/guard'
import type { AccessTokenPolicy } from '../access-token.ts'
import type { Finding, Verifier } from '../finding.ts'
import type { Fetch } from '../keys/fetch.ts'
import { settledWithin } from '../settled-within.ts'
import { rejected, unavailable } from '../verdict.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { readIntrospection } from './read-introspection.ts'

/** Where opaque tokens are asked about, and as whom. */
export interface IntrospectionOptions {
  /** The introspection endpoint; https, or http on a loopback address. */
  readonly url: string
  readonly clientId: string
  /** A function is asked for each request, so that the secret can be exchanged meanwhile. */
  readonly clientSecret: string | (() => string)
  /**
   * Take tokens whose issuer does not say when they expire (default: refuse them). A revocation of such a token lasts for
   * `maxLifetimeMs` only; revoke it at the issuer as well.
   */
  readonly acceptWithoutExpiry?: boolean
}

/** A question the issuer did not answer; for logs and alarms. A status of 401 or 403 means our own credentials. */
export interface IntrospectionEvent {
  readonly type: 'introspection_failed'
  readonly reason: 'unreachable' | 'timeout' | 'status' | 'too_large' | 'malformed'
  readonly status?: number
}

/** What an introspector is put together from. */
export interface IntrospectorParts {
  readonly introspection: IntrospectionOptions
  readonly policy: AccessTokenPolicy
  readonly fetch: Fetch
  readonly clock: Clock
  readonly onEvent: (event: IntrospectionEvent) => void
}

/**
 * Verifies opaque tokens by asking the issuer (RFC 7662). An answer is a verdict; anything else, a refusal of our own
 * credentials included, is a dependency that is away.
 */
export class Introspector implements Verifier {
  /** Nothing that the issuer said becomes wrong all at once. */
  readonly generation = 0
  readonly until: number = Number.POSITIVE_INFINITY
  readonly #parts: IntrospectorParts
  readonly #breaker: CircuitBreaker
  readonly #closing = new AbortController()
  #underWay = 0

  constructor(parts: IntrospectorParts) {
    this.#parts = parts
    this.#breaker = new CircuitBreaker(parts.clock)
  }

  ready(): boolean {
    return true
  }

  close(): void {
    this.#closing.abort()
  }

  verify(token: string): Finding | Promise<Finding> {
    if (this.#underWay >= MAX_UNDER_WAY) return unavailable('overloaded')
    const wait = this.#breaker.enter()
    return wait === undefined ? this.#ask(token) : unavailable('introspection_unavailable', wait)
  }

  async #ask(token: string): Promise<Finding> {
    const { clock, policy, introspection } = this.#parts
    this.#underWay++
    try {
      const answer = await this.#request(token)
      const options = { acceptWithoutExpiry: introspection.acceptWithoutExpiry ?? false, now: clock.now() }
      const claims = readIntrospection(answer, policy, options)
      if (claims === undefined) throw new NoAnswer('malformed')
      this.#breaker.succeeded()
      if (typeof claims !== 'string') return { ok: true, claims }
      return claims === 'not_yet_valid' ? rejected(claims) : { ...rejected(claims), remember: true }
    } catch (error) {
      const { reason, status } = error instanceof NoAnswer ? error : new NoAnswer('unreachable')
      // Otherwise anybody could shut out everybody with a few tokens that the issuer cannot read.
      if (status !== undefined && ABOUT_THE_TOKEN.has(status)) this.#breaker.succeeded()
      else this.#breaker.failed()
      this.#parts.onEvent({ type: 'introspection_failed', reason, ...(status !== undefined && { status }) })
      return unavailable('introspection_unavailable')
    } finally {
      this.#underWay--
    }
  }

  /** The body of a 200; throws otherwise. */
  async #request(token: string): Promise<Uint8Array> {
    const { fetch, introspection } = this.#parts
    const timeout = new AbortController()
    const exchange = fetch(introspection.url, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        authorization: basicCredentials(introspection),
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: `token=${formEncode(token)}&token_type_hint=access_token`,
      signal: AbortSignal.any([timeout.signal, this.#closing.signal]),
    })
    try {
      // The race also ends a fetch that ignores its signal.
      const answer = await settledWithin(exchange, REQUEST_TIMEOUT_MS)
      if (answer === undefined) throw new NoAnswer('timeout')
      if (answer.status !== 200) throw new NoAnswer('status', answer.status)
      if (answer.bytes.length > MAX_ANSWER_BYTES) throw new NoAnswer('too_large')
      return answer.bytes
    } finally {
      timeout.abort()
    }
  }
}

/** Never leaves this file. */
class NoAnswer extends Error {
  readonly reason: IntrospectionEvent['reason']
  readonly status: number | undefined

  constructor(reason: IntrospectionEvent['reason'], status?: number) {
    super(reason)
    this.reason = reason
    this.status = status
  }
}

/** RFC 6749 section 2.3.1: both are form-encoded before they become Basic credentials. */
function basicCredentials({ clientId, clientSecret }: IntrospectionOptions): string {
  const secret = typeof clientSecret === 'string' ? clientSecret : clientSecret()
  return `Basic ${Buffer.from(`${formEncode(clientId)}:${formEncode(secret)}`).toString('base64')}`
}

function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}

/** Statuses of an issuer that is well but takes this token for no token at all; no verdict, by RFC 7662 section 2.2. */
const ABOUT_THE_TOKEN: ReadonlySet<number> = new Set([400, 413, 422])

/** A request goes on behind the callers that no longer wait for it, so that trying again finds the verdict. */
const REQUEST_TIMEOUT_MS = 2_000

/** Requests to the issuer at once: a few less than an egress allows by default, which also fetches the keys. */
const MAX_UNDER_WAY = 60

const MAX_ANSWER_BYTES = 65_536
