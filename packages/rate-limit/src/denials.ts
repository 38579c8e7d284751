/**
 * For how long Redis has nothing left for the keys of one policy: until a unit leaves the window no call can be
 * admitted, so Redis need not be asked. The wait is counted from before the question: it ends no later than the truth.
 * Keys go by their names in Redis, which are short whatever callers send.
 */
export class Denials {
  readonly #denied = new Map<string, { readonly until: number; readonly limit: number }>()

  /** When the key has a unit again, as far as is known here. What was denied under another limit says nothing. */
  until(name: string, limit: number, now: number): number {
    const denial = this.#denied.get(name)
    if (denial === undefined) return 0
    if (denial.until > now && denial.limit === limit) return denial.until
    this.#denied.delete(name)
    return 0
  }

  add(name: string, limit: number, until: number): void {
    // Forgetting one only means that Redis is asked again.
    if (this.#denied.size >= MAX_KEYS) this.#denied.delete(this.#denied.keys().next().value!)
    this.#denied.set(name, { until, limit })
  }

  /** What was known no longer holds, since a unit was admitted: under a higher limit there was one. */
  forget(name: string): void {
    this.#denied.delete(name)
  }
}

const MAX_KEYS = 10_000
