/**
 * The three shapes that break approximate limiters at 10 per second: for each the milliseconds to wait before every
 * attempt, given the time of day at which it starts.
 */
export const attacks: Readonly<Record<string, (now: number) => readonly number[]>> = {
  /** 1000 attempts per second for 3 s: catches token buckets, which refill while they are drained. */
  flood: () => Array<number>(3000).fill(1),
  /** One hit opens a window; a burst comes before it closes and another just after. */
  'first-hit boundary': () => [0, 900, ...Array<number>(15).fill(0.5), 92.5, ...Array<number>(400).fill(0.25)],
  /** A burst at the end of a calendar second, and one at the start of the next: catches windows and sliding counters. */
  'epoch boundary': (now) => [
    1000 - (now % 1000) - 10,
    ...Array<number>(20).fill(0.25),
    10,
    ...Array<number>(1000).fill(1),
  ],
}
