import type { Clock } from '@ringfence/guard'

/** A clock that stands still until told otherwise. */
export interface VirtualClock extends Clock {
  advance(ms: number): void
}

/** Starts at a fixed instant. */
export function virtualClock(start: number = Date.UTC(2026, 10, 22)): VirtualClock {
  let elapsed = 0
  return { now: () => start + elapsed, monotonic: () => elapsed, advance: (ms) => void (elapsed += ms) }
}
