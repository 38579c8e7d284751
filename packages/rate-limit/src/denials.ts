/**
 * For how long Redis has nothing left in a log: until a unit leaves the window no call can be admitted, so Redis need not
 * be asked. The wait is counted from before the question, so a denial here ends no later than the truth.
 */
export class Denials {
  readonly #until = new Map<string, number>()

  /** When the log has a unit again, as far as is known here. */
  until(log: string, now: number): number {
    const until = this.#until.get(log)
    if (until === undefined) return 0
    if (until > now) return until
    this.#until.delete(log)
    return 0
  }

  add(log: string, until: number): void {
    // Forgetting one only means that Redis is asked again.
    if (this.#until.size >= MAX_DENIALS) this.#until.delete(this.#until.keys().next().value!)
    this.#until.set(log, until)
  }
}

const MAX_DENIALS = 10_000
