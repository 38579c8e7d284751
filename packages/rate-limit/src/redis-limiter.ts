import type { KeyObject } from 'node:crypto'
import { RingfenceError } from '@ringfence/errors'
import type { Clock } from '@ringfence/guard'
import type { Redis, RedisReply, Script } from '@ringfence/redis'
import type { CallOptions, SharedLimiter } from './create-limiter.ts'
import { Denials } from './denials.ts'
import { keyAt, LogSet, type Keys, type Target } from './log-set.ts'
import { limitFor, type Policy } from './policy.ts'
import { RedisKeys } from './redis-key.ts'
import { SoleVerdict, together, type Verdict } from './verdict.ts'

export interface RedisLimiterParts {
  readonly redis: Pick<Redis, 'connections' | 'script'>
  /** {@link checkScript} */
  readonly lua: string
  readonly batch: number
  readonly prefix: string
  readonly secret: KeyObject | undefined
  readonly deadlineMs: number
}

/**
 * Limits that all processes share. Redis decides; this process keeps its own logs beside it, which decide alone while
 * Redis is down, and together with Redis for one window afterwards, since neither then knows all that was admitted.
 */
export class RedisLimiter implements SharedLimiter {
  readonly #redis: Pick<Redis, 'connections'>
  readonly #script: Script
  readonly #names: readonly RedisKeys[]
  readonly #deadlineMs: number
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #logs: LogSet
  readonly #target: Target
  readonly #denials: readonly Denials[]
  readonly #local: boolean
  /** How long after an upset the two have to agree (ms). */
  readonly #guardMs: number
  #guardedUntil = -Infinity
  #withoutStore = 0
  #connections: number

  constructor(policies: readonly Policy[], clock: Pick<Clock, 'monotonic'>, parts: RedisLimiterParts) {
    const { redis, lua, batch, prefix, secret, deadlineMs } = parts
    this.#logs = new LogSet(policies, clock)
    this.#target = this.#logs.target()
    this.#clock = clock
    this.#redis = redis
    this.#connections = redis.connections
    this.#deadlineMs = deadlineMs
    this.#names = policies.map(({ name }) => new RedisKeys(prefix, name, secret))
    this.#denials = policies.map(() => new Denials())
    this.#local = policies.every(({ whenStoreFails }) => whenStoreFails === 'local')
    this.#guardMs = Math.max(...policies.map(({ windowMs }) => windowMs)) + deadlineMs
    const rules = policies.flatMap(({ windowMs, shadow }) => [windowMs, shadow ? 1 : 0])
    const args = [policies.length, ...rules].map(String)
    this.#script = redis.script({ lua, args, ...(batch > 1 && { batch }) })
  }

  get policies(): readonly Policy[] {
    return this.#logs.policies
  }

  get overflowed(): number {
    return this.#logs.overflowed
  }

  get withoutStore(): number {
    return this.#withoutStore
  }

  capacity(keys: Keys): number {
    return this.#logs.capacity(keys)
  }

  consume(keys: Keys, cost = 1, options: CallOptions = {}): Verdict | Promise<Verdict> {
    return this.#check(keys, cost, true, options)
  }

  peek(keys: Keys, cost = 1, options: CallOptions = {}): Verdict | Promise<Verdict> {
    return this.#check(keys, cost, false, options)
  }

  #check(keys: Keys, cost: number, take: boolean, { request }: CallOptions): Verdict | Promise<Verdict> {
    this.#logs.assertKeys(keys)
    this.#logs.assertCost(keys, cost)
    const sent = this.#clock.monotonic()
    // What is known is the wait for one unit.
    const known = cost === 1 ? this.#knownDenial(keys, sent) : undefined
    if (known !== undefined) return known
    const limits = this.policies.map((policy, i) => limitFor(policy, keyAt(keys, i)))
    const names = this.#names.map((name, i) => name.of(keyAt(keys, i)))
    const options = { withinMs: this.#deadlineMs, ...(request && { request }) }
    return this.#script.run(names, [take ? cost : -cost, ...limits].map(String), options).then(
      (reply) => this.#settle(reply, { keys, cost, take, limits, sent }),
      (error: unknown) => this.#decideAlone(error, keys, cost, take),
    )
  }

  #knownDenial(keys: Keys, now: number): Verdict | undefined {
    let denying: SoleVerdict[] | undefined
    for (let i = 0; i < this.#denials.length; i++) {
      const policy = this.policies[i]!
      const key = keyAt(keys, i)
      const limit = limitFor(policy, key)
      const wait = this.#denials[i]!.until(key, limit, now) - now
      if (wait > 0) (denying ??= []).push(new SoleVerdict(policy, limit, 0, wait, wait))
    }
    return denying && together(denying)
  }

  #settle(reply: RedisReply, { keys, cost, take, limits, sent }: Question): Verdict {
    const verdict = together(readVerdicts(reply, this.policies, limits))
    if (!verdict.allowed) {
      for (const [i, { policy, retryAfterMs }] of verdict.policies.entries()) {
        const known = cost === 1 && retryAfterMs > 0 && !policy.shadow
        if (known) this.#denials[i]!.add(keyAt(keys, i), limits[i]!, sent + retryAfterMs)
      }
      return verdict
    }
    this.#logs.aim(this.#target, keys)
    if (this.#guarded()) return this.#logs.check(this.#target, keys, cost, take)
    if (take) this.#logs.enter(this.#target, keys, cost)
    return verdict
  }

  #decideAlone(error: unknown, keys: Keys, cost: number, take: boolean): Verdict {
    if (!this.#local || !(error instanceof RingfenceError) || !STORE_FAILED.has(error.code)) throw error
    this.#withoutStore++
    this.#guardedUntil = this.#clock.monotonic() + this.#guardMs
    return this.#logs.check(this.#logs.aim(this.#target, keys), keys, cost, take)
  }

  /** True for one window after Redis was away: it may have forgotten, or not know what was admitted here. */
  #guarded(): boolean {
    const { connections } = this.#redis
    const now = this.#clock.monotonic()
    if (connections !== this.#connections) {
      this.#connections = connections
      this.#guardedUntil = now + this.#guardMs
    }
    return now < this.#guardedUntil
  }
}

interface Question {
  readonly keys: Keys
  readonly cost: number
  readonly take: boolean
  readonly limits: readonly number[]
  readonly sent: number
}

/** Three numbers for each policy: units left, microseconds until there are more, and until the call is admitted. */
function readVerdicts(reply: RedisReply, policies: readonly Policy[], limits: readonly number[]): SoleVerdict[] {
  const numbers = Array.isArray(reply) ? (reply as readonly RedisReply[]) : []
  if (numbers.length !== 3 * policies.length || !numbers.every(isCount)) {
    throw new RingfenceError('redis_unavailable', 'Redis is unavailable: the script answered nonsense')
  }
  return policies.map((policy, i) => {
    const [left, grows, wait] = numbers.slice(3 * i, 3 * i + 3) as [number, number, number]
    return new SoleVerdict(policy, limits[i]!, left, grows / 1000, wait / 1000)
  })
}

function isCount(value: RedisReply): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

const STORE_FAILED: ReadonlySet<string> = new Set(['redis_unavailable', 'redis_refused'])
