import { RingfenceError } from '@ringfence/errors'
import { systemClock, type Clock } from '@ringfence/guard'
import { joinKey } from './join-key.ts'
import type { KeyParts } from './policy.ts'
import { SteadyClock } from './steady-clock.ts'

export interface LeaseOptions {
  /** Leases that one key may hold at once: 1 to 1000. */
  readonly limit: number
  /** How long a lease holds if nobody gives it back, e.g. because its holder hangs (ms): 1 to 2^31 - 1. */
  readonly ttlMs: number
  /** Keys that hold leases at once (default 16384); a key beyond gets none. */
  readonly maxKeys?: number
  readonly clock?: Pick<Clock, 'monotonic'>
}

/** The right to do one thing at a time, or for how long at most there is none (ms): one may be given back sooner. */
export type Lease = HeldLease | { readonly ok: false; readonly retryAfterMs: number }

export interface HeldLease {
  readonly ok: true
  /** Gives the lease back. Twice, or after it has expired, it does nothing. */
  release(): void
}

/** At most so many things at a time for every key, in this process. */
export interface Leases {
  acquire(key: KeyParts): Lease
  /** Leases that hold now. */
  held(key: KeyParts): number
}

/**
 * Limits how much happens at once, as policies limit how often: put it around work that takes a while, such as fetching
 * a URL for a caller. Memory is bounded by `maxKeys * limit` leases.
 *
 * @throws {RingfenceError} `option_invalid`
 *
 * @example
 * ```ts
 * const fetching = createLeases({ limit: 2, ttlMs: 30_000 })
 * const lease = fetching.acquire(caller)
 * if (!lease.ok) return refuse('rate_limited', { members: { retryAfterMs: lease.retryAfterMs } })
 * try {
 *   return await fetchUrl()
 * } finally {
 *   lease.release()
 * }
 * ```
 */
export function createLeases(options: LeaseOptions): Leases {
  return new MemoryLeases(options)
}

class MemoryLeases implements Leases {
  readonly #limit: number
  readonly #ttlMs: number
  readonly #maxKeys: number
  readonly #clock: SteadyClock
  /** For each key its leases with their ends, in the order in which they end. */
  readonly #leases = new Map<string, Map<HeldLease, number>>()

  constructor({ limit, ttlMs, maxKeys = 16_384, clock = systemClock }: LeaseOptions) {
    whole(limit, 'limit', 1000)
    whole(ttlMs, 'ttlMs', 2 ** 31 - 1)
    whole(maxKeys, 'maxKeys', 2 ** 24)
    this.#limit = limit
    this.#ttlMs = ttlMs
    this.#maxKeys = maxKeys
    this.#clock = new SteadyClock(clock)
  }

  acquire(parts: KeyParts): Lease {
    const key = textOf(parts)
    const now = this.#clock.read()
    const leases = this.#live(key, now)
    if (leases.size >= this.#limit) return { ok: false, retryAfterMs: leases.values().next().value! - now }
    if (!this.#leases.has(key) && !this.#hasRoom(now)) return { ok: false, retryAfterMs: this.#ttlMs }
    const lease: HeldLease = { ok: true, release: () => this.#release(key, lease) }
    leases.set(lease, now + this.#ttlMs)
    this.#leases.set(key, leases)
    return lease
  }

  held(parts: KeyParts): number {
    return this.#live(textOf(parts), this.#clock.read()).size
  }

  #release(key: string, lease: HeldLease): void {
    const leases = this.#leases.get(key)
    if (leases?.delete(lease) && leases.size === 0) this.#leases.delete(key)
  }

  #live(key: string, now: number): Map<HeldLease, number> {
    const leases = this.#leases.get(key) ?? new Map<HeldLease, number>()
    for (const [lease, end] of leases) {
      if (end > now) break
      leases.delete(lease)
    }
    return leases
  }

  /** When full, looks at the keys that have waited longest for a look, and drops those that hold nothing any more. */
  #hasRoom(now: number): boolean {
    if (this.#leases.size < this.#maxKeys) return true
    const oldest = this.#leases.keys()
    for (let looks = 0; looks < LOOKS; looks++) {
      const { value: key } = oldest.next()
      if (key === undefined) break
      const leases = this.#live(key, now)
      this.#leases.delete(key)
      if (leases.size > 0) this.#leases.set(key, leases)
    }
    return this.#leases.size < this.#maxKeys
  }
}

/** A text is a key of one part. */
function textOf(key: KeyParts): string {
  return joinKey(typeof key === 'string' ? [key] : key)
}

function whole(value: number, name: string, max: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= max) return
  throw new RingfenceError('option_invalid', `createLeases: ${name} must be a whole number from 1 to ${max}`)
}

/** A flood of keys must not make every call look at all of them. */
const LOOKS = 8
