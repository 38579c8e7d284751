import { RingfenceError } from '@ringfence/errors'
import type { Clock } from '@ringfence/guard'
import { KeyHash } from './key-hash.ts'
import { LogTable } from './log-table.ts'
import { limitFor, type KeyParts, type Policy } from './policy.ts'
import { SoleVerdict, together, type Verdict } from './verdict.ts'

/** The same text for every policy, or for each a key, in their order: a text, or parts that cannot collide. */
export type Keys = string | readonly KeyParts[]

/** For each policy the hashed key, its last known slot, and by how much its own limit is below that of the policy. */
export interface Target {
  readonly low: Int32Array
  readonly high: Int32Array
  readonly slot: Int32Array
  readonly lowered: Int32Array
}

/** The logs of several policies that decide together, on one clock. */
export class LogSet {
  readonly policies: readonly Policy[]
  readonly #tables: readonly LogTable[]
  /** The policy, if there is only one, in force for all keys alike. */
  readonly #sole: Policy | undefined
  readonly #dynamic: boolean
  readonly #capacity: number
  readonly #hash = new KeyHash()
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #origin: number
  #now = 0
  #overflowed = 0

  constructor(policies: readonly Policy[], clock: Pick<Clock, 'monotonic'>) {
    assertPolicies(policies)
    this.policies = Object.freeze([...policies])
    this.#tables = policies.map(({ limit, windowMs, maxKeys }) => new LogTable(limit, windowMs, maxKeys))
    this.#dynamic = policies.some(({ limitOf }) => limitOf !== undefined)
    this.#sole = policies.length === 1 && !policies[0]!.shadow && !this.#dynamic ? policies[0] : undefined
    this.#capacity = Math.min(...policies.map(({ limit }) => limit))
    this.#clock = clock
    this.#origin = clock.monotonic()
  }

  /** Admissions into a shared overflow log. */
  get overflowed(): number {
    return this.#overflowed
  }

  /** The largest cost that can ever be admitted for these keys. */
  capacity(keys: Keys): number {
    if (!this.#dynamic) return this.#capacity
    return Math.min(...this.policies.map((policy, i) => limitFor(policy, keyAt(keys, i))))
  }

  /** A place for what is known of the keys of one call. */
  target(): Target {
    const numbers = (): Int32Array => new Int32Array(this.#tables.length)
    return { low: numbers(), high: numbers(), slot: numbers(), lowered: numbers() }
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

  /**
   * Judges one call, and enters it if `take` is set and every policy in force admits it.
   *
   * @param target what {@link aim} made of the keys
   */
  check(target: Target, keys: Keys, cost: number, take: boolean): Verdict {
    const now = this.#read()
    // Nothing left in the only policy: under attack nearly all verdicts are this one, and it takes half the time.
    if (this.#sole !== undefined && cost === 1) {
      const wait = this.#freeAt(target, 0, 1) - now
      if (wait > 0) return new SoleVerdict(this.#sole, this.#capacity, 0, wait, wait)
    }
    this.assertCost(keys, cost)
    return this.#checkAll(this.#lower(target, keys), cost, take, now)
  }

  #checkAll(target: Target, cost: number, take: boolean, now: number): Verdict {
    let freeAt = 0
    for (let i = 0; i < this.#tables.length; i++) {
      const at = this.#freeAt(target, i, cost)
      if (at > freeAt && !this.policies[i]!.shadow) freeAt = at
    }
    const admitted = take && freeAt <= now
    if (this.#sole !== undefined) return this.#judge(target, 0, cost, admitted, now)
    const verdicts: SoleVerdict[] = []
    for (let i = 0; i < this.#tables.length; i++) verdicts.push(this.#judge(target, i, cost, admitted, now))
    return together(verdicts)
  }

  /** Reads the limits that these keys have now. */
  #lower(target: Target, keys: Keys): Target {
    if (!this.#dynamic) return target
    for (const [i, policy] of this.policies.entries()) {
      target.lowered[i] = policy.limit - limitFor(policy, keyAt(keys, i))
    }
    return target
  }

  /** Enters a call that a shared store has admitted, whatever the logs here say. */
  enter(target: Target, keys: Keys, cost: number): void {
    this.#lower(target, keys)
    const now = this.#read()
    for (let i = 0; i < this.#tables.length; i++) {
      const full = this.#freeAt(target, i, cost) > now
      if (!full || !this.policies[i]!.shadow) this.#take(target, i, cost, now)
    }
  }

  /** Refuses keys that do not fit the policies. */
  assertKeys(keys: Keys): void {
    const count = this.#tables.length
    if (typeof keys !== 'string' && keys.length !== count) invalid(`pass one key, or one for each of ${count} policies`)
  }

  /** Refuses a cost that could never be admitted. */
  assertCost(keys: Keys, cost: number): void {
    if (cost === 1) return
    const capacity = this.capacity(keys)
    if (Number.isInteger(cost) && cost >= 1 && cost <= capacity) return
    invalid(`cost must be a whole number from 1 to ${capacity}, the smallest limit`)
  }

  /** When a policy has the units; finds the slot on the way. */
  #freeAt(target: Target, i: number, cost: number): number {
    const table = this.#tables[i]!
    const slot = table.find(target.low[i]!, target.high[i]!, target.slot[i]!)
    target.slot[i] = slot
    return table.freeAt(slot, cost + target.lowered[i]!)
  }

  /** What one policy says, after entering the call if it was admitted. */
  #judge(target: Target, i: number, cost: number, admitted: boolean, now: number): SoleVerdict {
    const table = this.#tables[i]!
    const lowered = target.lowered[i]!
    const wait = table.freeAt(target.slot[i]!, cost + lowered) - now
    if (admitted && wait <= 0) this.#take(target, i, cost, now)
    const slot = target.slot[i]!
    const free = Math.max(0, table.free(slot, now) - lowered)
    const grows = table.growsAt(slot, free + lowered) - now
    return new SoleVerdict(this.policies[i]!, table.limit - lowered, free, Math.max(0, grows), Math.max(0, wait))
  }

  #take(target: Target, i: number, cost: number, now: number): void {
    const table = this.#tables[i]!
    if (target.slot[i] === table.overflow) {
      target.slot[i] = table.claim(target.low[i]!, target.high[i]!, now)
      if (target.slot[i] === table.overflow) this.#overflowed++
    }
    table.take(target.slot[i]!, cost, now)
  }

  /** The clock never goes back, nor does it stand still at NaN. */
  #read(): number {
    const now = this.#clock.monotonic() - this.#origin
    if (now > this.#now) this.#now = now
    return this.#now
  }
}

/** The key that a policy counts by. */
export function keyAt(keys: Keys, i: number): KeyParts {
  return typeof keys === 'string' ? keys : keys[i]!
}

function assertPolicies(policies: readonly Policy[]): void {
  if (policies.length === 0 || policies.length > MAX_POLICIES) invalid(`pass 1 to ${MAX_POLICIES} policies`)
  if (new Set(policies.map(({ name }) => name)).size !== policies.length) invalid('two policies have the same name')
}

function invalid(why: string): never {
  throw new RingfenceError('option_invalid', `createLimiter: ${why}`)
}

const MAX_POLICIES = 8
