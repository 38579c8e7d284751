import type { Clock } from '@ringfence/guard'
import { RingfenceError } from '@ringfence/errors'
import type { Redis, RedisReply, Script } from '@ringfence/redis'
import type { CallOptions, SharedLimiter } from './create-limiter.ts'
import { Denials } from './denials.ts'
import { LogSet, type Keys, type Target } from './log-set.ts'
import type { Policy } from './policy.ts'
import type { RedisKeys } from './redis-key.ts'
import { Verdict } from './verdict.ts'

export interface RedisLimiterParts {
  readonly redis: Pick<Redis, 'connections' | 'script'>
  readonly lua: string
  readonly batch: number
  readonly names: RedisKeys
  readonly deadlineMs: number
}

/**
 * Limits that all processes share. Redis decides; this process keeps its own logs beside it, which decide alone while
 * Redis is down, and together with Redis for one window afterwards, since neither then knows all that was admitted.
 */
export class RedisLimiter implements SharedLimiter {
  readonly #parts: RedisLimiterParts
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #logs: LogSet
  readonly #target: Target
  readonly #denials = new Denials()
  readonly #script: Script
  readonly #local: boolean
  /** How long after an upset the two have to agree (ms). */
  readonly #guardMs: number
  #guardedUntil = -Infinity
  #connections: number

  constructor(policies: readonly Policy[], clock: Pick<Clock, 'monotonic'>, parts: RedisLimiterParts) {
    this.#parts = parts
    this.#clock = clock
    this.#logs = new LogSet(policies, clock)
    this.#target = this.#logs.target()
    const limits = policies.flatMap(({ limit, windowMs }) => [limit, windowMs * 1000])
    const args = [policies.length, ...limits].map(String)
    this.#script = parts.redis.script({ lua: parts.lua, batch: parts.batch, args })
    this.#local = policies.every(({ whenStoreFails }) => whenStoreFails === 'local')
    this.#guardMs = Math.max(...policies.map(({ windowMs }) => windowMs)) + parts.deadlineMs
    this.#connections = parts.redis.connections
  }

  get policies(): readonly Policy[] {
    return this.#logs.policies
  }

  get overflowed(): number {
    return this.#logs.overflowed
  }

  consume(keys: Keys, cost = 1, options: CallOptions = {}): Verdict | Promise<Verdict> {
    return this.#check(keys, cost, true, options)
  }

  peek(keys: Keys, cost = 1, options: CallOptions = {}): Verdict | Promise<Verdict> {
    return this.#check(keys, cost, false, options)
  }

  #check(keys: Keys, cost: number, take: boolean, { request }: CallOptions): Verdict | Promise<Verdict> {
    this.#logs.assertCost(cost)
    const names = this.policies.map(({ name }, i) =>
      this.#parts.names.of(name, typeof keys === 'string' ? keys : keys[i]!),
    )
    const sent = this.#clock.monotonic()
    // What is known is the wait for one unit.
    const known = cost === 1 ? this.#knownDenial(names, sent) : undefined
    if (known !== undefined) return known
    const options = { withinMs: this.#parts.deadlineMs, ...(request && { request }) }
    return this.#script.run(names, [String(take ? cost : -cost)], options).then(
      (reply) => this.#settle(readStates(reply, names.length), names, keys, cost, take, sent),
      (error: unknown) => this.#withoutRedis(error, keys, cost, take),
    )
  }

  #knownDenial(names: readonly string[], now: number): Verdict | undefined {
    const waits = names.map((name) => Math.max(0, this.#denials.until(name, now) - now))
    const wait = Math.max(...waits)
    if (wait === 0) return undefined
    const denying = this.policies.filter((_, i) => waits[i]! > 0)
    const states = waits.filter((ms) => ms > 0).flatMap((ms) => [0, ms, ms])
    return new Verdict(false, wait, denying, states)
  }

  #settle(
    states: readonly number[],
    names: readonly string[],
    keys: Keys,
    cost: number,
    take: boolean,
    sent: number,
  ): Verdict {
    const waits = names.map((_, i) => states[3 * i + 2]!)
    const wait = Math.max(...waits)
    if (wait > 0) {
      for (const [i, name] of names.entries()) {
        if (cost === 1 && waits[i]! > 0) this.#denials.add(name, sent + waits[i]!)
      }
      return new Verdict(false, wait, this.policies, states)
    }
    if (this.#guarded()) return this.#logs.check(this.#logs.aim(this.#target, keys), cost, take)
    if (take) this.#logs.enter(this.#logs.aim(this.#target, keys), cost)
    return new Verdict(true, 0, this.policies, states)
  }

  #withoutRedis(error: unknown, keys: Keys, cost: number, take: boolean): Verdict {
    if (!this.#local || !(error instanceof RingfenceError) || !STORE_FAILED.has(error.code)) throw error
    this.#guardedUntil = this.#clock.monotonic() + this.#guardMs
    return this.#logs.check(this.#logs.aim(this.#target, keys), cost, take)
  }

  /** True for one window after Redis was away: it may have forgotten, or not know what was admitted here. */
  #guarded(): boolean {
    const { connections } = this.#parts.redis
    if (connections !== this.#connections) {
      this.#connections = connections
      this.#guardedUntil = this.#clock.monotonic() + this.#guardMs
    }
    return this.#clock.monotonic() < this.#guardedUntil
  }
}

/** For each policy units left, and in milliseconds the time until there are more and until the call is admitted. */
function readStates(reply: RedisReply, policies: number): readonly number[] {
  const valid =
    Array.isArray(reply) && reply.length === 3 * policies && reply.every((n) => Number.isInteger(n) && n >= 0)
  if (!valid) throw new RingfenceError('redis_unavailable', 'Redis is unavailable: the script answered nonsense')
  return (reply as readonly number[]).map((number, i) => (i % 3 === 0 ? number : number / 1000))
}

const STORE_FAILED: ReadonlySet<string> = new Set(['redis_unavailable', 'redis_refused'])
