import type { KeyObject } from 'node:crypto'
import { RingfenceError } from '@ringfence/errors'
import type { Clock } from '@ringfence/guard'
import type { Redis, RedisReply, Script } from '@ringfence/redis'
import type { CallOptions, SharedLimiter } from './create-limiter.ts'
import { keyAt, LogSet, type Keys, type Target } from './log-set.ts'
import { limitFor, type Policy } from './policy.ts'
import { RedisKeys, type KnownKey } from './redis-key.ts'
import { SteadyClock } from './steady-clock.ts'
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
  readonly #limits: readonly number[]
  readonly #dynamic: boolean
  readonly #keys: readonly RedisKeys[]
  /** Options of a call that is made for no request. */
  readonly #alone: { readonly withinMs: number }
  readonly #clock: SteadyClock
  readonly #logs: LogSet
  readonly #target: Target
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
    this.#clock = new SteadyClock(clock)
    this.#redis = redis
    this.#connections = redis.connections
    this.#alone = { withinMs: deadlineMs }
    this.#keys = policies.map(({ name }) => new RedisKeys(prefix, name, secret))
    this.#local = policies.every(({ whenStoreFails }) => whenStoreFails === 'local')
    this.#guardMs = Math.max(...policies.map(({ windowMs }) => windowMs)) + deadlineMs
    this.#dynamic = policies.some(({ limitOf }) => limitOf !== undefined)
    this.#limits = policies.map(({ limit }) => limit)
    this.#script = redis.script({ lua, ...(batch > 1 && { batch }) })
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
    const sent = this.#clock.read()
    // What is known is the wait for one unit.
    const denial = cost === 1 ? this.#knownDenial(keys, sent) : undefined
    if (denial !== undefined) return denial
    const known = this.#keys.map((names, i) => names.of(keyAt(keys, i)))
    const limits = this.#dynamic ? this.policies.map((policy, i) => limitFor(policy, keyAt(keys, i))) : this.#limits
    const names = known.map(({ name }) => name)
    const args = [String(take ? cost : -cost)]
    if (this.#dynamic) for (const limit of limits) args.push(String(limit))
    const options = request === undefined ? this.#alone : { ...this.#alone, request }
    const question = { keys, known, cost, take, limits, sent }
    return this.#script.run(names, args, options).then(
      (reply) => this.#settle(reply, question),
      (error: unknown) => this.#decideAlone(error, question),
    )
  }

  #knownDenial(keys: Keys, now: number): Verdict | undefined {
    let denying: SoleVerdict[] | undefined
    for (let i = 0; i < this.#keys.length; i++) {
      const { deniedUntil, deniedLimit } = this.#keys[i]!.of(keyAt(keys, i))
      // What was denied under another limit says nothing.
      if (deniedUntil <= now || deniedLimit !== limitFor(this.policies[i]!, keyAt(keys, i))) continue
      const wait = deniedUntil - now
      denying ??= []
      denying.push(new SoleVerdict(this.policies[i]!, deniedLimit, 0, wait, wait))
    }
    return denying && together(denying)
  }

  #settle(reply: RedisReply, question: Question): Verdict {
    const verdicts = readVerdicts(reply, this.policies, question)
    if (verdicts === undefined) return this.#decideAlone(nonsense(), question)
    const { keys, known, cost, take, sent } = question
    const verdict = together(verdicts)
    if (!verdict.allowed) {
      for (const [i, { policy, limit, retryAfterMs }] of verdict.policies.entries()) {
        if (cost !== 1 || retryAfterMs === 0 || policy.shadow) continue
        known[i]!.deniedUntil = sent + retryAfterMs
        known[i]!.deniedLimit = limit
      }
      return verdict
    }
    // A unit was admitted: under a higher limit there was one, and the log is another one now.
    if (this.#dynamic && take) for (const one of known) one.deniedUntil = -Infinity
    this.#logs.aim(this.#target, keys)
    if (this.#guarded()) return this.#logs.check(this.#target, keys, cost, take)
    if (take) this.#logs.enter(this.#target, keys, cost)
    return verdict
  }

  #decideAlone(error: unknown, { keys, cost, take }: Question): Verdict {
    if (!this.#local || !(error instanceof RingfenceError) || !STORE_FAILED.has(error.code)) throw error
    this.#withoutStore++
    this.#guardedUntil = this.#clock.read() + this.#guardMs
    return this.#logs.check(this.#logs.aim(this.#target, keys), keys, cost, take)
  }

  /** True for one window after Redis was away: it may have forgotten, or not know what was admitted here. */
  #guarded(): boolean {
    const { connections } = this.#redis
    const now = this.#clock.read()
    if (connections !== this.#connections) {
      this.#connections = connections
      this.#guardedUntil = now + this.#guardMs
    }
    return now < this.#guardedUntil
  }
}

interface Question {
  readonly keys: Keys
  readonly known: readonly KnownKey[]
  readonly cost: number
  readonly take: boolean
  readonly limits: readonly number[]
  readonly sent: number
}

/** Reads what {@link checkScript} answers: three numbers for each policy. Undefined if it is anything else. */
function readVerdicts(
  reply: RedisReply,
  policies: readonly Policy[],
  { cost, limits }: Question,
): SoleVerdict[] | undefined {
  const numbers = Array.isArray(reply) ? (reply as readonly RedisReply[]) : []
  if (numbers.length !== 3 * policies.length || !numbers.every(isCount)) return undefined
  return policies.map((policy, i) => {
    const wait = cost > limits[i]! ? Infinity : numbers[3 * i + 2]! / 1000
    return new SoleVerdict(policy, limits[i]!, numbers[3 * i]!, numbers[3 * i + 1]! / 1000, wait)
  })
}

function nonsense(): RingfenceError {
  return new RingfenceError('redis_unavailable', 'Redis is unavailable: the script answered nonsense')
}

function isCount(value: RedisReply): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

const STORE_FAILED: ReadonlySet<string> = new Set(['redis_unavailable', 'redis_refused'])
