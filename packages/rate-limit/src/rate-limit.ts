import { RingfenceError } from '@ringfence/errors'
import {
  allow,
  deny,
  type Clock,
  type Deny,
  type Guard,
  type GuardRequest,
  type HeaderList,
  type Outcome,
} from '@ringfence/guard'
import { createLimiter, type SharedLimiter, type Store } from './create-limiter.ts'
import type { KeyFunction, KeyParts, Policy } from './policy.ts'
import { fieldWriter, rateLimitMembers } from './rate-limit-fields.ts'
import type { Verdict } from './verdict.ts'

export interface RateLimitOptions<Needs extends object> {
  /** Each with its `key`. A request is admitted by all of them or counted by none. */
  readonly policies: readonly Policy<Needs>[]
  /** Where processes share the limits; without one each process counts for itself, and verdicts are synchronous. */
  readonly store?: Store
  /** Keys of the context that the `key` functions read, so that a wrong order is refused at start-up. */
  readonly needs?: readonly (keyof Needs & string)[]
  /** Units that a request takes: whole and at least 1 (default 1). More than a limit in force is a 400: it can never pass. */
  readonly cost?: (request: GuardRequest, context: Readonly<Needs>) => number
  /** Told every verdict, for metrics: what is denied, what shadow policies would deny, what is nearly used up. */
  readonly onVerdict?: (verdict: Verdict, request: GuardRequest) => void
  readonly clock?: Pick<Clock, 'monotonic'>
}

type RateLimitCode = 'rate_limited' | 'request_malformed' | 'dependency_unavailable'

/** The guard and the limiter behind it. Use one guard on several routes: what they share is decided by the keys. */
export interface RateLimitGuard<Needs extends object> extends Guard<Needs, {}, RateLimitCode> {
  readonly limiter: SharedLimiter
}

/**
 * A guard that denies with `rate_limited` (429) when a policy has nothing left, and puts the RateLimit fields on every
 * answer. It reads the clock when it decides, not when the request arrived. While a shared store is down it denies with
 * `dependency_unavailable` (503), unless all policies say that each process then counts for itself.
 *
 * @throws {RingfenceError} `option_invalid`
 *
 * @example
 * ```ts
 * const limits = rateLimit({
 *   policies: [policy({ name: 'endpoint', limit: 10, windowMs: 1000, key: byRoute })],
 * })
 * const place = guards().use(hmacAuth({ keys })).use(limits)
 * ```
 */
export function rateLimit<Needs extends object = {}>(options: RateLimitOptions<Needs>): RateLimitGuard<Needs> {
  const { policies, store, needs = [], cost, onVerdict, clock } = options
  const keysOf = policies.map(keyOf)
  const limiter: SharedLimiter = createLimiter({ policies, ...(clock && { clock }), ...(store && { store }) })
  const limits = policies.map(({ name, limit, windowMs }) => `${name} ${limit} per ${windowMs} ms`)
  const fields = fieldWriter(policies)
  const answer = (verdict: Verdict, request: GuardRequest): Outcome<{}, RateLimitCode> => {
    onVerdict?.(verdict, request)
    const headers = fields(verdict)
    return verdict.allowed ? allow(NOTHING, headers) : refused(verdict, headers)
  }
  return {
    name: `rateLimit(${limits.join(', ')}; sliding log, ${store ? 'shared by all processes' : 'in each process'})`,
    denies: store
      ? ['rate_limited', 'request_malformed', 'dependency_unavailable']
      : ['rate_limited', 'request_malformed'],
    needs,
    adds: [],
    limiter,
    check(request, context) {
      const keys: KeyParts[] = []
      for (const key of keysOf) keys.push(key(request, context))
      const units = cost === undefined ? 1 : cost(request, context)
      if (units > 1 && units > limiter.capacity(keys))
        return deny('request_malformed', { internal: `a cost of ${units} is above a limit` })
      const verdict = limiter.consume(keys, units, { request })
      if (!(verdict instanceof Promise)) return answer(verdict, request)
      return verdict.then((settled) => answer(settled, request), unavailable)
    },
  }
}

function refused(verdict: Verdict, headers: HeaderList[number][]): Deny<'rate_limited'> {
  headers.push(NOT_CACHED)
  return deny('rate_limited', {
    headers,
    members: rateLimitMembers(verdict),
    internal: { violated: verdict.violated },
  })
}

function unavailable(error: unknown): Deny<'dependency_unavailable'> {
  const known =
    error instanceof RingfenceError && (error.code === 'redis_unavailable' || error.code === 'redis_refused')
  if (!known) throw error
  return deny('dependency_unavailable', { headers: [['retry-after', '1']], internal: error.message })
}

function keyOf<Needs extends object>({ name, key }: Policy<Needs>): KeyFunction<Needs> {
  if (key !== undefined) return key
  throw new RingfenceError('option_invalid', `rateLimit: policy "${name}" needs a key function, e.g. key: byRoute`)
}

const NOTHING = Object.freeze({})

/** RFC 6585 section 4: a 429 must not be stored by a cache. */
const NOT_CACHED: HeaderList[number] = ['cache-control', 'no-store']
