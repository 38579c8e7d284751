import { RingfenceError } from '@ringfence/errors'
import { systemClock, type Clock } from '@ringfence/guard'
import { KeyHash } from './key-hash.ts'
import { LogTable } from './log-table.ts'
import type { Policy } from './policy.ts'
import type { PolicyVerdict, Verdict } from './verdict.ts'

/** The same key for every policy, or one key for each, in their order. */
export type Keys = string | readonly string[]

export interface LimiterOptions {
  /** At most 8. */
  readonly policies: readonly Policy[]
  /** Only `monotonic` is read, once for each verdict. */
  readonly clock?: Pick<Clock, 'monotonic'>
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
   * @param cost whole number from 1 to the smallest limit
   * @throws {RingfenceError} `option_invalid` for any other cost: it could never be admitted
   */
  consume(keys: Keys, cost?: number): Verdict
  /** What `consume` would say now, taking nothing. */
  peek(keys: Keys, cost?: number): Verdict
  /** The same limiter for these keys alone, which are then hashed once instead of at every call. */
  bind(keys: Keys): BoundLimiter
  /** Admissions into a shared overflow log since the start: above 0, `maxKeys` is too small or a flood is on. */
  readonly overflowed: number
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
export function createLimiter(options: LimiterOptions): Limiter {
  return new MemoryLimiter(options)
}

/** The hashed key and the last known slot for each policy. */
class Target {
  readonly low: Int32Array
  readonly high: Int32Array
  readonly slot: Int32Array

  constructor(policies: number) {
    this.low = new Int32Array(policies)
    this.high = new Int32Array(policies)
    this.slot = new Int32Array(policies)
  }
}

class MemoryLimiter implements Limiter {
  readonly policies: readonly Policy[]
  readonly #tables: readonly LogTable[]
  readonly #target: Target
  readonly #hash = new KeyHash()
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #origin: number
  readonly #maxCost: number
  #now = 0
  #overflowed = 0

  constructor({ policies, clock = systemClock }: LimiterOptions) {
    assertPolicies(policies)
    this.policies = Object.freeze([...policies])
    this.#tables = policies.map(({ limit, windowMs, maxKeys }) => new LogTable(limit, windowMs, maxKeys))
    this.#target = new Target(policies.length)
    this.#clock = clock
    this.#origin = clock.monotonic()
    this.#maxCost = Math.min(...policies.map(({ limit }) => limit))
  }

  get overflowed(): number {
    return this.#overflowed
  }

  consume(keys: Keys, cost = 1): Verdict {
    return this.#check(this.#aim(this.#target, keys), cost, true)
  }

  peek(keys: Keys, cost = 1): Verdict {
    return this.#check(this.#aim(this.#target, keys), cost, false)
  }

  bind(keys: Keys): BoundLimiter {
    const target = this.#aim(new Target(this.#tables.length), keys)
    return {
      consume: (cost = 1) => this.#check(target, cost, true),
      peek: (cost = 1) => this.#check(target, cost, false),
    }
  }

  #aim(target: Target, keys: Keys): Target {
    const one = typeof keys === 'string'
    if (!one && keys.length !== this.#tables.length)
      invalid(`there are ${this.#tables.length} policies: pass one key, or one for each`)
    for (let i = 0; i < this.#tables.length; i++) {
      if (i === 0 || !one) this.#hash.of(one ? keys : keys[i]!)
      target.low[i] = this.#hash.low
      target.high[i] = this.#hash.high
    }
    return target
  }

  #check(target: Target, cost: number, take: boolean): Verdict {
    if (!(Number.isInteger(cost) && cost >= 1 && cost <= this.#maxCost)) {
      invalid(`cost must be a whole number from 1 to ${this.#maxCost}, the smallest limit`)
    }
    const now = this.#read()
    let freeAt = 0
    for (let i = 0; i < this.#tables.length; i++) {
      const table = this.#tables[i]!
      const low = target.low[i]!
      const high = target.high[i]!
      if (!table.holds(target.slot[i]!, low, high)) target.slot[i] = table.find(low, high)
      freeAt = Math.max(freeAt, table.freeAt(target.slot[i]!, cost))
    }
    if (take && freeAt <= now) this.#take(target, cost, now)
    return this.#verdict(target, cost, freeAt, now, take)
  }

  #take(target: Target, cost: number, now: number): void {
    for (let i = 0; i < this.#tables.length; i++) {
      const table = this.#tables[i]!
      if (target.slot[i] === table.overflow) {
        target.slot[i] = table.claim(target.low[i]!, target.high[i]!, now)
        if (target.slot[i] === table.overflow) this.#overflowed++
      }
      table.take(target.slot[i]!, cost, now)
    }
  }

  #verdict(target: Target, cost: number, freeAt: number, now: number, took: boolean): Verdict {
    const allowed = freeAt <= now
    let remaining = Number.MAX_SAFE_INTEGER
    const violated: string[] = []
    const policies: PolicyVerdict[] = []
    for (let i = 0; i < this.#tables.length; i++) {
      const table = this.#tables[i]!
      const policy = this.policies[i]!
      const slot = target.slot[i]!
      const free = table.free(slot, now)
      remaining = Math.min(remaining, free)
      const wait = took && allowed ? 0 : Math.max(0, table.freeAt(slot, cost) - now)
      if (wait > 0) violated.push(policy.name)
      policies.push({
        policy,
        allowed: wait === 0,
        remaining: free,
        growsInMs: free === table.limit ? 0 : table.freeAt(slot, free + 1) - now,
        retryAfterMs: wait,
      })
    }
    return { allowed, retryAfterMs: allowed ? 0 : freeAt - now, remaining, violated, policies }
  }

  /** The clock never goes back, nor does it stand still at NaN. */
  #read(): number {
    const now = this.#clock.monotonic() - this.#origin
    if (now > this.#now) this.#now = now
    return this.#now
  }
}

function assertPolicies(policies: readonly Policy[]): void {
  if (policies.length === 0 || policies.length > MAX_POLICIES) invalid(`pass 1 to ${MAX_POLICIES} policies`)
  if (new Set(policies.map(({ name }) => name)).size !== policies.length) invalid('two policies have the same name')
}

function invalid(why: string): never {
  throw new RingfenceError('option_invalid', `createLimiter: ${why}`)
}

const MAX_POLICIES = 8
