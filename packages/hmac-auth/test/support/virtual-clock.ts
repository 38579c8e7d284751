import type { Clock } from '@ringfence/guard'

/** A clock that moves when told. */
export class VirtualClock implements Clock {
  time: number

  constructor(time: number = START) {
    this.time = time
  }

  now(): number {
    return this.time
  }

  monotonic(): number {
    return this.time
  }

  advance(ms: number): void {
    this.time += ms
  }
}

/** A whole second. */
export const START: number = Date.UTC(2026, 10, 22, 12, 0, 0)
