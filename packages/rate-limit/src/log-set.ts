import { RingfenceError } from '@ringfence/errors'
import type { Clock } from '@ringfence/guard'
import { KeyHash, type Hashed } from './key-hash.ts'
import { LogTable, OVERFLOW } from './log-table.ts'
import { limitFor, type KeyParts, type Policy } from './policy.ts'
import { SteadyClock } from './steady-clock.ts'
import { SoleVerdict, together, type Verdict } from './verdict.ts'

/** The same text for every policy, or for each a key, in their order: a text, or parts that cannot collide. */
export type Keys = string | readonly KeyParts[]

/** What the policies of a limiter know of the keys of one call, in their order. */
export type Target = readonly Place[]

/** The logs of several policies that decide together, on one clock. */
export class LogSet {
  readonly policies: readonly Policy[]
  readonly #tables: readonly LogTable[]
  /** The only policy is in force, for all keys alike. */
  readonly #simple: boolean
  readonly #dynamic: boolean
  readonly #capacity: number
  readonly #hash = new KeyHash()
  readonly #clock: SteadyClock

  constructor(policies: readonly Policy[], clock: Pick<Clock, 'monotonic'>) {
    assertPolicies(policies)
    this.policies = Object.freeze([...policies])
    this.#tables = policies.map(({ limit, windowMs, maxKeys }) => new LogTable(limit, windowMs, maxKeys))
    this.#dynamic = policies.some(({ limitOf }) => limitOf !== undefined)
    this.#simple = policies.length === 1 && !policies[0]!.shadow && !this.#dynamic
    this.#capacity = Math.min(...policies.map(({ limit, shadow }) => (shadow ? Infinity : limit)))
    this.#clock = new SteadyClock(clock)
  }

  /** Admissions into a shared overflow log. */
  get overflowed(): number {
    return this.#tables.reduce((sum, { overflowed }) => sum + overflowed, 0)
  }

  /** The largest cost that can ever be admitted for these keys. Shadow policies admit any. */
  capacity(keys: Keys): number {
    if (!this.#dynamic) return this.#capacity
    return Math.min(...this.policies.map((policy, i) => (policy.shadow ? Infinity : limitFor(policy, keyAt(keys, i)))))
  }

  /** A place for what is known of the keys of one call. */
  target(): Target {
    return this.#tables.map((table, i) => new Place(this.policies[i]!, table))
  }

  /** Points the target at these keys. */
  aim(target: Target, keys: Keys): Target {
    for (let i = 0; i < target.length; i++) {
      if (typeof keys !== 'string') this.#hash.of(keys[i]!)
      else if (i === 0) this.#hash.of(keys)
      target[i]!.aim(this.#hash)
    }
    return target
  }

  /** Points the target at keys whose hashes are known, under one seed for each policy. */
  aimHashed(target: Target, hashes: readonly Hashed[]): Target {
    for (let i = 0; i < target.length; i++) target[i]!.aim(hashes[i]!)
    return target
  }

  /**
   * Judges one call, and enters it if `take` is set and every policy in force admits it.
   *
   * @param target pointed at the keys
   */
  check(target: Target, keys: Keys, cost: number, take: boolean): Verdict {
    const now = this.#clock.read()
    const sole = target[0]!
    // Nothing left in the only policy: under attack nearly all verdicts are this one.
    if (this.#simple && cost === 1) {
      const wait = sole.seek(1) - now
      return wait > 0 ? new SoleVerdict(sole.policy, this.#capacity, 0, wait, wait) : sole.judge(1, take, now)
    }
    this.assertCost(keys, cost)
    if (this.#dynamic) this.#lower(target, keys)
    let freeAt = 0
    for (const place of target) {
      const at = place.seek(cost)
      if (at > freeAt && !place.policy.shadow) freeAt = at
    }
    const verdicts: SoleVerdict[] = []
    for (const place of target) verdicts.push(place.judge(cost, take && freeAt <= now, now))
    return together(verdicts)
  }

  /** Reads the limits that these keys have now. */
  #lower(target: Target, keys: Keys): void {
    for (const [i, place] of target.entries()) {
      place.lowered = place.policy.limit - limitFor(place.policy, keyAt(keys, i))
    }
  }

  /** Enters a call that a shared store has admitted, whatever the logs here say. */
  enter(target: Target, keys: Keys, cost: number): void {
    if (this.#dynamic) this.#lower(target, keys)
    const now = this.#clock.read()
    for (const place of target) {
      const full = place.seek(cost) > now
      if (!full || !place.policy.shadow) place.take(cost, now)
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
    invalid(`cost must be a whole number from 1 to ${capacity}, the smallest limit in force`)
  }
}

/** The log of one key under one policy. */
class Place {
  readonly policy: Policy
  /** By how much the limit of the key is below that of the policy. */
  lowered = 0
  readonly #table: LogTable
  #low = 0
  #high = 0
  #log = OVERFLOW
  #freeAt = 0

  constructor(policy: Policy, table: LogTable) {
    this.policy = policy
    this.#table = table
  }

  aim({ low, high }: Hashed): void {
    this.#low = low
    this.#high = high
  }

  /** Finds the log; answers when the units are free: never, if there are more than the limit. */
  seek(cost: number): number {
    const units = cost + this.lowered
    this.#log = this.#table.find(this.#low, this.#high, this.#log)
    this.#freeAt = units > this.#table.limit ? Infinity : this.#table.freeAt(this.#log, units)
    return this.#freeAt
  }

  /** What the policy says, after entering the call if it was admitted. To be called after {@link seek}. */
  judge(cost: number, admitted: boolean, now: number): SoleVerdict {
    const limit = this.#table.limit - this.lowered
    const wait = this.#freeAt - now
    if (wait > 0 && cost === 1 && this.lowered === 0) return new SoleVerdict(this.policy, limit, 0, wait, wait)
    if (admitted && wait <= 0) this.take(cost, now)
    const free = Math.max(0, this.#table.free(this.#log, now) - this.lowered)
    const grows = this.#table.growsAt(this.#log, free + this.lowered) - now
    return new SoleVerdict(this.policy, limit, free, Math.max(0, grows), Math.max(0, wait))
  }

  take(cost: number, now: number): void {
    if (this.#log === OVERFLOW) this.#log = this.#table.claim(this.#low, this.#high, now)
    this.#table.take(this.#log, cost, now)
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
