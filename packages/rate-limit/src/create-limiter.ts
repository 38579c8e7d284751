import { systemClock, type Clock } from '@ringfence/guard'
import { LogSet, type Keys, type Target } from './log-set.ts'
import type { Policy } from './policy.ts'
import type { Verdict } from './verdict.ts'

export interface LimiterOptions {
  /** At most 8. */
  readonly policies: readonly Policy[]
  /** Only `monotonic` is read, once for each verdict. */
  readonly clock?: Pick<Clock, 'monotonic'>
}

export interface SharedLimiterOptions extends LimiterOptions {
  readonly store: Store
}

/** Where limits are kept that several processes share, e.g. `redisStore` from `@ringfence/rate-limit/redis`. */
export interface Store {
  open(policies: readonly Policy[], clock: Pick<Clock, 'monotonic'>): SharedLimiter
}

/** A limiter with its keys fixed: what a route or a tool with a limit of its own calls. */
export interface BoundLimiter {
  /** @see Limiter.consume */
  consume(cost?: number): Verdict
  /** @see Limiter.peek */
  peek(cost?: number): Verdict
}

/** Exact limits in this process. Every verdict is synchronous. */
export interface Limiter {
  readonly policies: readonly Policy[]
  /**
   * Admits the call if every policy has `cost` units free, and takes them; else takes nothing anywhere.
   *
   * @param cost whole number from 1 to the smallest limit in force
   * @throws {RingfenceError} `option_invalid` for any other cost: it could never be admitted
   */
  consume(keys: Keys, cost?: number): Verdict
  /** What `consume` would say now, taking nothing. */
  peek(keys: Keys, cost?: number): Verdict
  /** The same limiter for these keys alone, which are then hashed once instead of at every call. */
  bind(keys: Keys): BoundLimiter
  /** The largest cost that can ever be admitted for these keys: their smallest limit in force, infinite if none is. */
  capacity(keys: Keys): number
  /** Admissions into a shared overflow log since the start: above 0, `maxKeys` is too small or a flood is on. */
  readonly overflowed: number
  /** Always 0: there is no store that could be away. */
  readonly withoutStore: number
}

export interface CallOptions {
  /** What the call is made for: all calls for one request share one Redis budget. */
  readonly request?: object
}

/**
 * Exact limits over all processes that use the same store. A verdict is a promise unless it is known already. Rejects
 * when the store is down and a policy says `closed`.
 */
export interface SharedLimiter {
  readonly policies: readonly Policy[]
  /** @see Limiter.consume */
  consume(keys: Keys, cost?: number, options?: CallOptions): Verdict | Promise<Verdict>
  /** @see Limiter.peek */
  peek(keys: Keys, cost?: number, options?: CallOptions): Verdict | Promise<Verdict>
  /** @see Limiter.capacity */
  capacity(keys: Keys): number
  /** @see Limiter.overflowed */
  readonly overflowed: number
  /** Verdicts of this process alone since the start, while the store was away: see `whenStoreFails`. */
  readonly withoutStore: number
}

/**
 * Makes a limiter that admits at most `limit` units in any window of each policy, whatever the timing of the calls.
 *
 * @throws {RingfenceError} `option_invalid`
 *
 * @example
 * ```ts
 * const limiter = createLimiter({ policies: [policy({ name: 'burst', limit: 10, windowMs: 1000 })] })
 * const { allowed, retryAfterMs } = limiter.consume('key-1')
 * ```
 */
export function createLimiter(options: SharedLimiterOptions): SharedLimiter
export function createLimiter(options: LimiterOptions): Limiter
export function createLimiter({
  policies,
  clock = systemClock,
  store,
}: LimiterOptions & { readonly store?: Store }): Limiter | SharedLimiter {
  return store === undefined ? new MemoryLimiter(new LogSet(policies, clock)) : store.open(policies, clock)
}

class MemoryLimiter implements Limiter {
  readonly #logs: LogSet
  readonly #target: Target

  constructor(logs: LogSet) {
    this.#logs = logs
    this.#target = logs.target()
  }

  get policies(): readonly Policy[] {
    return this.#logs.policies
  }

  get overflowed(): number {
    return this.#logs.overflowed
  }

  get withoutStore(): number {
    return 0
  }

  capacity(keys: Keys): number {
    return this.#logs.capacity(keys)
  }

  consume(keys: Keys, cost = 1): Verdict {
    this.#logs.assertKeys(keys)
    return this.#logs.check(this.#logs.aim(this.#target, keys), keys, cost, true)
  }

  peek(keys: Keys, cost = 1): Verdict {
    this.#logs.assertKeys(keys)
    return this.#logs.check(this.#logs.aim(this.#target, keys), keys, cost, false)
  }

  bind(keys: Keys): BoundLimiter {
    this.#logs.assertKeys(keys)
    return new Bound(this.#logs, keys)
  }
}

class Bound implements BoundLimiter {
  readonly #logs: LogSet
  readonly #keys: Keys
  readonly #target: Target

  constructor(logs: LogSet, keys: Keys) {
    this.#logs = logs
    this.#keys = keys
    this.#target = logs.aim(logs.target(), keys)
  }

  consume(cost = 1): Verdict {
    return this.#logs.check(this.#target, this.#keys, cost, true)
  }

  peek(cost = 1): Verdict {
    return this.#logs.check(this.#target, this.#keys, cost, false)
  }
}
