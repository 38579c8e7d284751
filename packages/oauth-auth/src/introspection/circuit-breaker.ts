import type { Clock } from '@ringfence/guard'

/**
 * Stops asking a dependency that keeps failing. After {@link FAILURES_TO_OPEN} failures in a row it opens, for 1 s and
 * then twice as long each time up to 30 s; when that is over, one call at a time is let through to see.
 */
export class CircuitBreaker {
  readonly #clock: Clock
  /** Failures since the last success, without those that came while it was open. */
  #failures = 0
  #openUntil = Number.NEGATIVE_INFINITY
  #probing = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Undefined when a call may go out now, which must then be reported; else how long to wait (ms). */
  enter(): number | undefined {
    if (this.#failures < FAILURES_TO_OPEN) return undefined
    const wait = this.#openUntil - this.#clock.monotonic()
    if (wait > 0) return wait
    if (this.#probing) return FIRST_OPEN_MS
    this.#probing = true
    return undefined
  }

  succeeded(): void {
    this.#failures = 0
    this.#probing = false
  }

  failed(): void {
    const now = this.#clock.monotonic()
    // Calls that went out before it opened come back now: fifty callers of one short outage are not fifty outages.
    if (now < this.#openUntil) return
    this.#failures++
    this.#probing = false
    const times = this.#failures - FAILURES_TO_OPEN
    if (times >= 0) this.#openUntil = now + Math.min(MAX_OPEN_MS, FIRST_OPEN_MS * 2 ** times)
  }
}

const FAILURES_TO_OPEN = 5
const FIRST_OPEN_MS = 1_000
const MAX_OPEN_MS = 30_000
