import type { RedisReply } from './reply.ts'

export interface CallOptions {
  /** A deadline of this call's own instead of `budgetMs` (ms). It can only be shorter. */
  readonly withinMs?: number
  /** Calls that name the same object share one budget: pass the request. */
  readonly request?: object
}

/** How long calls may wait for Redis: each by itself, or all together that are made for one request. */
export class Budgets {
  readonly #budgetMs: number
  readonly #spent = new WeakMap<object, number>()

  constructor(budgetMs: number) {
    this.#budgetMs = budgetMs
  }

  /** Makes one call with the time that it has. */
  call(
    { withinMs = this.#budgetMs, request }: CallOptions,
    ask: (ms: number) => Promise<RedisReply>,
  ): Promise<RedisReply> {
    if (request === undefined) return ask(Math.min(withinMs, this.#budgetMs))
    const left = this.#budgetMs - (this.#spent.get(request) ?? 0)
    const started = performance.now()
    return ask(Math.max(1, Math.min(withinMs, left))).finally(() => {
      this.#spent.set(request, (this.#spent.get(request) ?? 0) + performance.now() - started)
    })
  }
}
