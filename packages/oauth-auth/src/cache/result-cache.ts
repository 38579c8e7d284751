import type { Clock } from '@ringfence/guard'

/** How much is kept, for how long. */
export interface CacheLimits {
  readonly maxEntries: number
  readonly ttlMs: number
}

/**
 * Remembers values for a while, within a bound. An entry belongs to a generation and is gone when that is over. When
 * full, the oldest entry leaves: it would be the first to expire anyway.
 */
export class ResultCache<T> {
  readonly #entries = new Map<string, { readonly value: T; readonly until: number; readonly generation: number }>()
  readonly #limits: CacheLimits
  readonly #clock: Clock

  constructor(limits: CacheLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: string, generation: number): T | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (entry.generation === generation && this.#clock.monotonic() < entry.until) return entry.value
    this.#entries.delete(key)
    return undefined
  }

  set(key: string, generation: number, value: T): void {
    if (this.#limits.maxEntries === 0) return
    this.#entries.delete(key)
    if (this.#entries.size >= this.#limits.maxEntries) {
      const [oldest] = this.#entries.keys()
      this.#entries.delete(oldest!)
    }
    this.#entries.set(key, { value, generation, until: this.#clock.monotonic() + this.#limits.ttlMs })
  }

  clear(): void {
    this.#entries.clear()
  }
}
