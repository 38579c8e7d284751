import type { Clock } from '@ringfence/guard'

/**
 * A monotonic clock (ms, from 0 or a fraction on) that can be relied on: while the one it reads goes back, is NaN or is
 * absurdly far ahead, time stands. What waits for a time then waits, and nothing ends early.
 */
export class SteadyClock {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #origin: number
  #now = 0

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
    // A whole number, so that times lose nothing when it is taken off.
    this.#origin = Math.floor(clock.monotonic())
  }

  read(): number {
    const now = this.#clock.monotonic() - this.#origin
    if (now > this.#now && now < LATEST) this.#now = now
    return this.#now
  }
}

/** From here on not every whole number is a double: a time plus its window could be the same time. */
const LATEST = 2 ** 53
