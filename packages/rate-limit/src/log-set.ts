import { RingfenceError } from '@ringfence/errors'
import type { Clock } from '@ringfence/guard'
import { KeyHash } from './key-hash.ts'
import { LogTable } from './log-table.ts'
import type { Policy } from './policy.ts'
import { JointVerdict, SoleVerdict, type Verdict } from './verdict.ts'

/** The same key for every policy, or one key for each, in their order. */
export type Keys = string | readonly string[]

/** The hashed key and the last known slot for each policy. */
export interface Target {
  readonly low: Int32Array
  readonly high: Int32Array
  readonly slot: Int32Array
}

/** The logs of several policies that decide together, on one clock. */
export class LogSet {
  readonly policies: readonly Policy[]
  /** The largest cost that can ever be admitted. */
  readonly maxCost: number
  readonly #tables: readonly LogTable[]
  /** The policy, if there is only one. */
  readonly #sole: Policy | undefined
  readonly #hash = new KeyHash()
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #origin: number
  #now = 0
  #overflowed = 0

  constructor(policies: readonly Policy[], clock: Pick<Clock, 'monotonic'>) {
    assertPolicies(policies)
    this.policies = Object.freeze([...policies])
    this.maxCost = Math.min(...policies.map(({ limit }) => limit))
    this.#tables = policies.map(({ limit, windowMs, maxKeys }) => new LogTable(limit, windowMs, maxKeys))
    this.#sole = policies.length === 1 ? policies[0] : undefined
    this.#clock = clock
    this.#origin = clock.monotonic()
  }

  /** Admissions into a shared overflow log. */
  get overflowed(): number {
    return this.#overflowed
  }

  /** A place for the hashes of one call. */
  target(): Target {
    const count = this.#tables.length
    return { low: new Int32Array(count), high: new Int32Array(count), slot: new Int32Array(count) }
  }

  /** Points the target at these keys. */
  aim(target: Target, keys: Keys): Target {
    for (let i = 0; i < this.#tables.length; i++) {
      if (typeof keys !== 'string') this.#hash.of(keys[i]!)
      else if (i === 0) this.#hash.of(keys)
      target.low[i] = this.#hash.low
      target.high[i] = this.#hash.high
    }
    return target
  }

  /** Judges one call, and enters it if `take` is set and every policy admits it. */
  check(target: Target, cost: number, take: boolean): Verdict {
    const now = this.#read()
    let freeAt = 0
    for (let i = 0; i < this.#tables.length; i++) {
      const table = this.#tables[i]!
      const slot = table.find(target.low[i]!, target.high[i]!, target.slot[i]!)
      target.slot[i] = slot
      const at = table.freeAt(slot, cost)
      if (at > freeAt) freeAt = at
    }
    const wait = freeAt - now
    // Nothing left in the only policy: under attack nearly all verdicts are this one, and it takes half the time.
    if (wait > 0 && cost === 1 && this.#sole !== undefined) return new SoleVerdict(this.#sole, 0, wait, wait)
    const admitted = take && wait <= 0
    if (admitted) this.#take(target, cost, now)
    if (this.#tables.length === 1) return this.#verdict(0, target.slot[0]!, admitted ? 0 : cost, now)
    return new JointVerdict(this.#tables.map((_, i) => this.#verdict(i, target.slot[i]!, admitted ? 0 : cost, now)))
  }

  /** What one policy says to a call that would still take `cost` units. */
  #verdict(i: number, slot: number, cost: number, now: number): SoleVerdict {
    const table = this.#tables[i]!
    const free = table.free(slot, now)
    const grows = table.growsAt(slot, free) - now
    const wait = free >= cost ? 0 : table.freeAt(slot, cost) - now
    return new SoleVerdict(this.policies[i]!, free, grows > 0 ? grows : 0, wait)
  }

  /** Enters a call that a shared store has admitted, whatever the logs here say. */
  enter(target: Target, cost: number): void {
    for (let i = 0; i < this.#tables.length; i++) {
      target.slot[i] = this.#tables[i]!.find(target.low[i]!, target.high[i]!, target.slot[i]!)
    }
    this.#take(target, cost, this.#read())
  }

  /** Refuses what no limiter can judge. */
  assertCall(keys: Keys, cost: number): void {
    const count = this.#tables.length
    if (typeof keys !== 'string' && keys.length !== count) invalid(`pass one key, or one for each of ${count} policies`)
    this.assertCost(cost)
  }

  assertCost(cost: number): void {
    if (cost === 1 || (Number.isInteger(cost) && cost >= 1 && cost <= this.maxCost)) return
    invalid(`cost must be a whole number from 1 to ${this.maxCost}, the smallest limit`)
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
