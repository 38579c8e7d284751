import { RingfenceError } from '@ringfence/errors'
import { allow, deny, type Clock, type Guard, type GuardRequest, type HeaderList } from '@ringfence/guard'
import { createLimiter, type Limiter } from './create-limiter.ts'
import { joinKey } from './join-key.ts'
import type { KeyFunction, Policy } from './policy.ts'
import { rateLimitFields, rateLimitMembers } from './rate-limit-fields.ts'

export interface RateLimitOptions<Needs extends object> {
  /** Each with its `key`. A request is admitted by all of them or counted by none. */
  readonly policies: readonly Policy<Needs>[]
  /** Keys of the context that the `key` functions read, so that a wrong order is refused at start-up. */
  readonly needs?: readonly (keyof Needs & string)[]
  /** Units that a request takes: whole and at least 1 (default 1). More than a limit is a 400: it can never pass. */
  readonly cost?: (request: GuardRequest, context: Readonly<Needs>) => number
  readonly clock?: Pick<Clock, 'monotonic'>
}

/** The guard and the limiter behind it. Use one guard on several routes: what they share is decided by the keys. */
export interface RateLimitGuard<Needs extends object> extends Guard<Needs, {}, 'rate_limited' | 'request_malformed'> {
  readonly limiter: Limiter
}

/**
 * A guard that denies with `rate_limited` (429) when a policy has nothing left, and puts the RateLimit fields on every
 * answer. It is synchronous, and it reads the clock when it decides, not when the request arrived.
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
  const { policies, needs = [], cost = () => 1, clock } = options
  const keys = policies.map(keyOf)
  const limiter = createLimiter({ policies, ...(clock && { clock }) })
  const capacity = Math.min(...policies.map(({ limit }) => limit))
  return {
    name: `rateLimit(${policies.map(({ name, limit, windowMs }) => `${name}: ${limit} per ${windowMs} ms`).join(', ')})`,
    denies: ['rate_limited', 'request_malformed'],
    needs,
    adds: [],
    limiter,
    check(request, context) {
      const units = cost(request, context)
      if (units > capacity)
        return deny('request_malformed', { internal: `cost ${units} is above the limit ${capacity}` })
      const verdict = limiter.consume(
        keys.map((key) => joinKey(key(request, context))),
        units,
      )
      const fields = rateLimitFields(verdict)
      if (verdict.allowed) return allow({}, fields)
      return deny('rate_limited', {
        headers: [...fields, NOT_CACHED],
        members: rateLimitMembers(verdict),
        internal: { violated: verdict.violated },
      })
    },
  }
}

function keyOf<Needs extends object>({ name, key }: Policy<Needs>): KeyFunction<Needs> {
  if (key !== undefined) return key
  throw new RingfenceError('option_invalid', `rateLimit: policy "${name}" needs a key function, e.g. key: byRoute`)
}

/** RFC 6585 section 4: a 429 must not be stored by a cache. */
const NOT_CACHED: HeaderList[number] = ['cache-control', 'no-store']
