import type { Redis } from '@ringfence/redis'
import type { Policy, SharedLimiter } from '../../src/index.ts'
import { checkScript } from '../../src/check-script.ts'
import { RedisLimiter } from '../../src/redis-limiter.ts'
import { VirtualClock } from './virtual-clock.ts'

/**
 * The real script on a real server, but on the clock of the test, which is put into a key before each call. Real expiry
 * must not interfere, so virtual windows have to be much longer than the test takes.
 */
export class VirtualRedis {
  /** Ahead of the real one, by which keys expire: at a whole thousand of minutes, so that all steps stay whole. */
  readonly clock: VirtualClock = new VirtualClock(Math.ceil(Date.now() / 60_000_000) * 60_000_000)
  readonly #redis: Redis
  #limiters = 0

  constructor(redis: Redis) {
    this.#redis = redis
  }

  /** One process with a clock of its own; those with the same prefix share their limits. */
  limiter(
    policies: readonly Policy[],
    options: {
      readonly clock?: VirtualClock
      readonly prefix?: string
      readonly deadlineMs?: number
      readonly lua?: string
      readonly batch?: number
    } = {},
  ): SharedLimiter {
    const { clock = this.clock, prefix = `rl${this.#limiters++}`, deadlineMs = 5000, batch = 64 } = options
    const { lua = checkScript(policies, `{ 0, redis.call('GET', 'virtual-microseconds') }`) } = options
    return new RedisLimiter(policies, clock, {
      redis: this.#redis,
      lua,
      batch,
      prefix,
      secret: undefined,
      deadlineMs,
    })
  }

  async setTime(): Promise<void> {
    await this.#redis.command(['SET', 'virtual-microseconds', String(this.clock.time * 1000)])
  }
}
