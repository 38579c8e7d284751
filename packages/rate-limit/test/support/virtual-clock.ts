import type { Clock } from '@ringfence/guard'

/** A clock that stands until it is told to move. Steps in the tests are multiples of 1/64 ms, which doubles add exactly. */
export class VirtualClock implements Clock {
  time: number

  constructor(time = 1000) {
    this.time = time
  }

  now(): number {
    return Date.UTC(2026, 10, 22) + this.time
  }

  monotonic(): number {
    return this.time
  }

  advance(ms: number): void {
    this.time += ms
  }
}
