/**
 * For how long Redis has nothing left for the keys of one policy: until a unit leaves the window no call can be
 * admitted, so Redis need not be asked. The wait is counted from before the question: it ends no later than the truth.
 */
export class Denials {
  readonly #until = new Map<string, number>()

  /** When the key has a unit again, as far as is known here. */
  until(key: string, now: number): number {
    const until = this.#until.get(key)
    if (until === undefined) return 0
    if (until > now) return until
    this.#until.delete(key)
    return 0
  }

  add(key: string, until: number): void {
    // Forgetting one only means that Redis is asked again.
    if (key.length > LONGEST_KEY) return
    if (this.#until.size >= MAX_KEYS) this.#until.delete(this.#until.keys().next().value!)
    this.#until.set(key, until)
  }
}

const MAX_KEYS = 10_000
const LONGEST_KEY = 256
