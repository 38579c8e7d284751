import type { Clock } from '@ringfence/guard'

/** How much is kept, for how long. */
export interface CacheLimits {
  readonly maxEntries: number
  readonly ttlMs: number
}

/** What a result rests on. When its generation changes, the result is gone. */
export interface Ground {
  readonly generation: number
  /** When it gives way by itself, whatever happens; on the monotonic clock (ms). */
  readonly until: number
}

interface Entry<T> {
  readonly digest: string
  readonly value: T
  /** On the monotonic clock (ms). */
  readonly until: number
  readonly ground: Ground
  readonly generation: number
}

/**
 * Remembers values by the digest of what they were found for, for a while, within a bound. When full, the oldest entry
 * leaves: it would be the first to expire anyway.
 */
export class ResultCache<T> {
  readonly #entries = new Map<number, Entry<T>>()
  /** One walk through the map, ever: a new one would pass over every entry deleted since the map last grew. */
  readonly #byAge = this.#entries.keys()
  readonly #limits: CacheLimits
  readonly #clock: Clock

  constructor(limits: CacheLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  get(digest: string): T | undefined {
    const slot = slotOf(digest)
    const entry = this.#entries.get(slot)
    if (entry === undefined || entry.digest !== digest) return undefined
    if (entry.generation === entry.ground.generation && this.#clock.monotonic() < entry.until) return entry.value
    this.#entries.delete(slot)
    return undefined
  }

  set(digest: string, value: T, ground: Ground): void {
    if (this.#limits.maxEntries === 0) return
    const slot = slotOf(digest)
    this.#entries.delete(slot)
    if (this.#entries.size >= this.#limits.maxEntries) this.#entries.delete(this.#byAge.next().value!)
    const until = Math.min(this.#clock.monotonic() + this.#limits.ttlMs, ground.until)
    this.#entries.set(slot, { digest, value, until, ground, generation: ground.generation })
  }

  clear(): void {
    this.#entries.clear()
  }
}

/**
 * The first 30 bits. A digest is evenly spread already, so hashing it again for the map would be a tenth of a hit
 * (measured). Two digests that share them push each other out, and both are found anew.
 */
function slotOf(digest: string): number {
  return (
    digest.charCodeAt(0) |
    (digest.charCodeAt(1) << 8) |
    (digest.charCodeAt(2) << 16) |
    ((digest.charCodeAt(3) & 0x3f) << 24)
  )
}
