import type { VirtualClock } from './virtual-clock.ts'

/** Tries once; true if it was admitted. */
export type Attempt = () => boolean

/**
 * The three shapes that break approximate limiters at 10 per second, each driven by `attempt` on `clock`. Answers the
 * times of all admissions.
 */
export const attacks: Readonly<Record<string, (attempt: Attempt, clock: VirtualClock) => number[]>> = {
  /** 1000 attempts per second for 3 s: catches token buckets, which refill while they are drained. */
  flood: (attempt, clock) => collect(attempt, clock, Array<number>(3000).fill(1)),
  /** One hit opens a window; a burst comes just before it closes and another just after. */
  'first-hit boundary': (attempt, clock) =>
    collect(attempt, clock, [0, 985, ...Array<number>(15).fill(0.5), 7.5, ...Array<number>(40).fill(0.25)]),
  /** A burst at the end of a calendar second, and one at the start of the next: catches windows and sliding counters. */
  'epoch boundary': (attempt, clock) => {
    const toEnd = 1000 - (clock.now() % 1000) - 10
    return collect(attempt, clock, [toEnd, ...Array<number>(20).fill(0.25), 10, ...Array<number>(1000).fill(1)])
  },
}

function collect(attempt: Attempt, clock: VirtualClock, steps: readonly number[]): number[] {
  const admitted: number[] = []
  for (const step of steps) {
    clock.advance(step)
    if (attempt()) admitted.push(clock.time)
  }
  return admitted
}
