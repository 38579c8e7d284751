/** The rule itself, as slow as it is plain: keep every admission, count those inside the window. */
export class ReferenceLog {
  readonly #windowMs: number
  readonly #admitted = new Map<string, number[]>()

  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  /** Units of the last window. */
  live(key: string, now: number): number {
    return this.#live(key, now).length
  }

  /** Milliseconds until `cost` units are free. */
  wait(key: string, cost: number, limit: number, now: number): number {
    if (cost > limit) return Infinity
    const live = this.#live(key, now)
    const tooMany = live.length + cost - limit
    return tooMany <= 0 ? 0 : live[tooMany - 1]! + this.#windowMs - now
  }

  take(key: string, cost: number, now: number): void {
    const all = this.#admitted.get(key) ?? []
    this.#admitted.set(key, [...all, ...Array<number>(cost).fill(now)])
  }

  #live(key: string, now: number): number[] {
    return (this.#admitted.get(key) ?? []).filter((at) => now - at < this.#windowMs)
  }
}

/** The most admissions in any half-open window of this length. The check of TR-15: every limiter is judged by it. */
export function busiestWindow(admissions: readonly number[], windowMs: number): number {
  const sorted = admissions.toSorted((a, b) => a - b)
  let most = 0
  let first = 0
  for (const [last, at] of sorted.entries()) {
    while (at - sorted[first]! >= windowMs) first++
    most = Math.max(most, last - first + 1)
  }
  return most
}
