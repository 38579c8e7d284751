import { RingfenceError } from '@ringfence/errors'
import {
  deny,
  systemClock,
  type Clock,
  type Deny,
  type DenyCode,
  type Guard,
  type GuardRequest,
  type Outcome,
} from '@ringfence/guard'
import { KeyHash } from './key-hash.ts'
import { LogTable, OVERFLOW } from './log-table.ts'
import { policy, type KeyFunction, type KeyParts } from './policy.ts'
import { SteadyClock } from './steady-clock.ts'

export interface BlockOptions<Needs extends object> {
  /** Who is blocked: `byAddress()`. Behind a shared address everybody is, so keep `blockMs` short there. */
  readonly key: KeyFunction<Needs>
  /** So many failures ... (default 10) */
  readonly failures?: number
  /** ... in any window of so many milliseconds (default 60 s) ... */
  readonly withinMs?: number
  /** ... block the key for so long (default 5 min). */
  readonly blockMs?: number
  /** The denials of the guard that count as failures (default `credentials_invalid`). */
  readonly codes?: readonly DenyCode[]
  /** Keys that are watched at once (default 16384). */
  readonly maxKeys?: number
  readonly clock?: Pick<Clock, 'monotonic'>
}

/**
 * The same guard, for authentication, but whoever fails it too often is refused with `rate_limited` for a while, whatever
 * credentials come next. It counts in this process, in memory of fixed size; when that is full of others, a key may be
 * blocked early for its own failures, and is never blocked for theirs.
 *
 * @throws {RingfenceError} `option_invalid`
 *
 * @example
 * ```ts
 * const authenticated = guards().use(blockFailures(hmacAuth({ keys }), { key: byAddress() }))
 * ```
 */
export function blockFailures<Needs extends object, Adds extends object, Code extends DenyCode>(
  guard: Guard<Needs, Adds, Code>,
  options: BlockOptions<Needs>,
): Guard<Needs, Adds, Code | 'rate_limited'> {
  const { key, codes = ['credentials_invalid'], clock = systemClock } = options
  // A code that never comes would block nobody, and nobody would notice.
  if (codes.length === 0 || !codes.every((code) => (guard.denies as readonly string[]).includes(code))) {
    throw new RingfenceError('option_invalid', 'blockFailures: codes must name what the guard denies with')
  }
  const failures = new Failures(options, clock)
  const counted = (
    outcome: Outcome<Adds, Code>,
    request: GuardRequest,
    context: Readonly<Needs>,
  ): Outcome<Adds, Code> => {
    if (!outcome.ok && (codes as readonly string[]).includes(outcome.code)) failures.add(key(request, context))
    return outcome
  }
  return {
    ...guard,
    denies: [...guard.denies, 'rate_limited'],
    check(request, context) {
      // While nobody is blocked, which is nearly always, it costs nothing.
      const wait = failures.anyBlocked ? failures.blockedMs(key(request, context)) : 0
      if (wait > 0) return blocked(wait)
      const outcome = guard.check(request, context)
      return outcome instanceof Promise
        ? outcome.then((settled) => counted(settled, request, context))
        : counted(outcome, request, context)
    },
  }
}

/** Failures of each key, and until when it is blocked: two tables of logs. */
class Failures {
  readonly #failures: LogTable
  readonly #blocks: LogTable
  readonly #hash = new KeyHash()
  readonly #clock: SteadyClock
  /** When the last block ends. */
  #blockedUntil = 0

  constructor(options: Omit<BlockOptions<never>, 'key'>, clock: Pick<Clock, 'monotonic'>) {
    const { failures = 10, withinMs = 60_000, blockMs = 300_000, maxKeys = 16_384 } = options
    const count = policy({ name: 'failures', limit: failures, windowMs: withinMs, maxKeys })
    const block = policy({ name: 'block', limit: 1, windowMs: blockMs, maxKeys })
    this.#failures = new LogTable(count.limit, count.windowMs, count.maxKeys)
    this.#blocks = new LogTable(block.limit, block.windowMs, block.maxKeys)
    this.#clock = new SteadyClock(clock)
  }

  get anyBlocked(): boolean {
    return this.#blockedUntil > 0 && this.#blockedUntil > this.#clock.read()
  }

  /** How long the key is blocked yet (ms). */
  blockedMs(key: KeyParts): number {
    this.#hash.of(key)
    const log = this.#blocks.find(this.#hash.low, this.#hash.high, 0)
    // The overflow log is no key's own: it blocks nobody.
    return log === OVERFLOW ? 0 : Math.max(0, this.#blocks.freeAt(log, 1) - this.#clock.read())
  }

  add(key: KeyParts): void {
    const now = this.#clock.read()
    this.#hash.of(key)
    const { low, high } = this.#hash
    const log = own(this.#failures, low, high, now)
    if (this.#failures.freeAt(log, 1) <= now) this.#failures.take(log, 1, now)
    if (this.#failures.freeAt(log, 1) <= now) return
    this.#blocks.take(own(this.#blocks, low, high, now), 1, now)
    this.#blockedUntil = now + this.#blocks.windowMs
  }
}

/** The log of a key, a new one if need be. */
function own(table: LogTable, low: number, high: number, now: number): number {
  const log = table.find(low, high, 0)
  return log === OVERFLOW ? table.claim(low, high, now) : log
}

function blocked(waitMs: number): Deny<'rate_limited'> {
  return deny('rate_limited', {
    headers: [
      ['retry-after', String(Math.ceil(waitMs / 1000))],
      ['cache-control', 'no-store'],
    ],
    members: { retryAfterMs: Math.ceil(waitMs) },
    internal: 'blocked after repeated failures',
  })
}
