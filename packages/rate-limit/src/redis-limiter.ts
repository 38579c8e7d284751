import type { KeyObject } from 'node:crypto'
import { RingfenceError } from '@ringfence/errors'
import type { Clock } from '@ringfence/guard'
import type { Redis, RedisReply, Script } from '@ringfence/redis'
import { UNIT } from './check-script.ts'
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
  /** A batch hands each call its answer, without a list around a single one. */
  readonly #bare: boolean
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
    this.#keys = policies.map((policy) => new RedisKeys(prefix, policy, secret))
    this.#local = policies.every(({ whenStoreFails }) => whenStoreFails === 'local')
    this.#guardMs = Math.max(...policies.map(({ windowMs }) => windowMs)) + deadlineMs
    this.#dynamic = policies.some(({ limitOf }) => limitOf !== undefined)
    this.#bare = batch > 1 && policies.length === 1
    this.#limits = policies.map(({ limit }) => limit)
    this.#script = redis.script({ lua, ...(batch > 1 && { batch, sharedArguments: true }) })
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
    const known: KnownKey[] = []
    for (let i = 0; i < this.#keys.length; i++) known.push(this.#keys[i]!.of(keyAt(keys, i)))
    const limits = this.#dynamic ? this.policies.map((policy, i) => limitFor(policy, keyAt(keys, i))) : this.#limits
    // What is known is the wait for one unit.
    const denial = cost === 1 ? this.#knownDenial(known, limits, sent) : undefined
    if (denial !== undefined) return denial
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

  #knownDenial(known: readonly KnownKey[], limits: readonly number[], now: number): Verdict | undefined {
    let denying: SoleVerdict[] | undefined
    for (let i = 0; i < known.length; i++) {
      const { deniedUntil, deniedLimit } = known[i]!
      // What was denied under another limit says nothing.
      if (deniedUntil <= now || deniedLimit !== limits[i]) continue
      const wait = deniedUntil - now
      denying ??= []
      denying.push(new SoleVerdict(this.policies[i]!, deniedLimit, 0, wait, wait))
    }
    return denying && together(denying)
  }

  #settle(reply: RedisReply, question: Question): Verdict {
    const verdicts = readVerdicts(this.#bare ? [reply] : reply, this.policies, question)
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
    this.#logs.aimHashed(this.#target, known)
    if (this.#guarded()) return this.#logs.check(this.#target, keys, cost, take)
    if (take) this.#logs.enter(this.#target, keys, cost)
    return verdict
  }

  #decideAlone(error: unknown, { keys, known, cost, take }: Question): Verdict {
    if (!this.#local || !(error instanceof RingfenceError) || !STORE_FAILED.has(error.code)) throw error
    this.#withoutStore++
    this.#guardedUntil = this.#clock.read() + this.#guardMs
    return this.#logs.check(this.#logs.aimHashed(this.#target, known), keys, cost, take)
  }

  /** True for one window after Redis was away: it may have forgotten, or not know what was admitted here. */
  #guarded(): boolean {
    const { connections } = this.#redis
    if (connections !== this.#connections) {
      this.#connections = connections
      this.#guardedUntil = this.#clock.read() + this.#guardMs
    }
    // Nearly always nothing has happened yet, and then the clock need not be read.
    return this.#guardedUntil !== -Infinity && this.#clock.read() < this.#guardedUntil
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

/** Reads what {@link checkScript} answers for each policy. Undefined if it is anything else. */
function readVerdicts(
  reply: RedisReply,
  policies: readonly Policy[],
  { cost, limits }: Question,
): SoleVerdict[] | undefined {
  const answers = Array.isArray(reply) ? (reply as readonly RedisReply[]) : []
  if (answers.length !== policies.length) return undefined
  const verdicts: SoleVerdict[] = []
  for (let i = 0; i < policies.length; i++) {
    const verdict = readVerdict(answers[i]!, policies[i]!, limits[i]!, cost)
    if (verdict === undefined) return undefined
    verdicts.push(verdict)
  }
  return verdicts
}

function readVerdict(answer: RedisReply, policy: Policy, limit: number, cost: number): SoleVerdict | undefined {
  if (isCount(answer)) {
    const left = Math.floor(answer / UNIT)
    if (left > limit) return undefined
    return new SoleVerdict(policy, limit, left, (answer - left * UNIT) / 1000, 0)
  }
  if (typeof answer === 'number') {
    const wait = -answer / 1000
    return cost === 1 && isCount(-answer) ? new SoleVerdict(policy, limit, 0, wait, wait) : undefined
  }
  if (!Array.isArray(answer)) return undefined
  const [left, grows, wait, ...more] = answer as readonly RedisReply[]
  if (!isCount(left) || !isCount(grows) || !isCount(wait) || more.length > 0) return undefined
  return new SoleVerdict(policy, limit, left, grows / 1000, cost > limit ? Infinity : wait / 1000)
}

function nonsense(): RingfenceError {
  return new RingfenceError('redis_unavailable', 'Redis is unavailable: the script answered nonsense')
}

function isCount(value: RedisReply | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

const STORE_FAILED: ReadonlySet<string> = new Set(['redis_unavailable', 'redis_refused'])
