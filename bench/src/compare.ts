/** One side of a comparison: does the work once. May be asynchronous. */
export type Work = () => unknown

/** Seconds per call of each contender, in every round. */
export type Samples<Name extends string> = Record<Name, number[]>

export interface CompareOptions {
  /** Rounds; each runs the contenders in order and back again (ABBA), so that drift hits both alike. */
  readonly rounds: number
  /** How long one sample of one contender runs, in milliseconds. */
  readonly sampleMs: number
  /**
   * Counts the CPU time of this process instead of the wall clock, which a busy machine stretches unevenly. Only for work
   * that is done in this process and never waits.
   */
  readonly cpu?: boolean
}

/**
 * Times contenders side by side in this process. The machine is noisy: only ratios between contenders of one call mean
 * anything, and {@link ratio} takes their median over rounds.
 */
export async function compare<Name extends string>(
  contenders: Readonly<Record<Name, Work>>,
  { rounds, sampleMs, cpu = false }: CompareOptions,
): Promise<Samples<Name>> {
  const names = Object.keys(contenders) as Name[]
  const batch = {} as Record<Name, number>
  for (const name of names) batch[name] = await calibrate(contenders[name], sampleMs)
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Samples<Name>
  for (let round = 0; round < rounds; round++) {
    const sums = Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>
    for (const name of [...names, ...names.toReversed()]) sums[name] += await time(contenders[name], batch[name], cpu)
    for (const name of names) samples[name].push(sums[name] / 2 / batch[name])
  }
  return samples
}

/** The median over rounds of how many times faster `a` is than `b`, paired round by round. */
export function speedup<Name extends string>(samples: Samples<Name>, a: Name, b: Name): number {
  return median(samples[b].map((seconds, round) => seconds / samples[a][round]!))
}

/** The median over rounds of what `a` costs in units of `b`. */
export function cost<Name extends string>(samples: Samples<Name>, a: Name, b: Name): number {
  return median(samples[a].map((seconds, round) => seconds / samples[b][round]!))
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** How many calls fill one sample; warms the contender up on the way. */
async function calibrate(work: Work, sampleMs: number): Promise<number> {
  let calls = 1
  while (true) {
    const seconds = await time(work, calls)
    if (seconds * 1_000 >= sampleMs / 2) return Math.max(1, Math.round((calls * sampleMs) / 1_000 / seconds))
    calls *= 2
  }
}

async function time(work: Work, calls: number, cpu = false): Promise<number> {
  const start = process.hrtime.bigint()
  const before = process.cpuUsage()
  for (let i = 0; i < calls; i++) {
    const result = work()
    if (result instanceof Promise) await result
  }
  const { user, system } = process.cpuUsage(before)
  return cpu ? (user + system) / 1e6 : Number(process.hrtime.bigint() - start) / 1e9
}
