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
  readonly value: T
  /** On the monotonic clock (ms). */
  readonly until: number
  readonly ground: Ground
  readonly generation: number
}

/**
 * Remembers values for a while, within a bound. When full, the oldest entry leaves: it would be the first to expire
 * anyway.
 */
export class ResultCache<T> {
  readonly #entries = new Map<string, Entry<T>>()
  /** One walk through the map, ever: a new one would pass over every entry deleted since the map last grew. */
  readonly #byAge = this.#entries.keys()
  readonly #limits: CacheLimits
  readonly #clock: Clock

  constructor(limits: CacheLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (entry.generation === entry.ground.generation && this.#clock.monotonic() < entry.until) return entry.value
    this.#entries.delete(key)
    return undefined
  }

  set(key: string, value: T, ground: Ground): void {
    if (this.#limits.maxEntries === 0) return
    this.#entries.delete(key)
    if (this.#entries.size >= this.#limits.maxEntries) this.#entries.delete(this.#byAge.next().value!)
    const until = Math.min(this.#clock.monotonic() + this.#limits.ttlMs, ground.until)
    this.#entries.set(key, { value, until, ground, generation: ground.generation })
  }

  clear(): void {
    this.#entries.clear()
  }
}
