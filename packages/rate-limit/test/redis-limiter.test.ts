import * as fc from 'fast-check'
import type { Redis } from '@ringfence/redis'
import { verifies } from '@ringfence/policy'
import { expect, test } from 'vitest'
import { policy, type Policy, type SharedLimiter } from '../src/index.ts'
import { checkScript } from '../src/check-script.ts'
import { RedisLimiter } from '../src/redis-limiter.ts'
import { attacks } from './support/attacks.ts'
import { Model, plain, scenario } from './support/model.ts'
import { privateRedis } from './support/redis.ts'
import { busiestWindow } from './support/reference.ts'
import { VirtualClock } from './support/virtual-clock.ts'

/** The real script on a real server, but on the clock of the test, which is put into a key before each call. */
class VirtualRedis {
  readonly clock = new VirtualClock(1_000_000)
  readonly #redis: Redis
  #limiters = 0

  constructor(redis: Redis) {
    this.#redis = redis
  }

  limiter(
    policies: readonly Policy[],
    clock: VirtualClock = this.clock,
    prefix = `rl${this.#limiters++}`,
  ): SharedLimiter {
    const lua = checkScript(`{ 0, redis.call('GET', 'virtual-microseconds') }`)
    return new RedisLimiter(policies, clock, {
      redis: this.#redis,
      lua,
      batch: 64,
      prefix,
      secret: undefined,
      deadlineMs: 5000,
    })
  }

  async setTime(): Promise<void> {
    await this.#redis.command(['SET', 'virtual-microseconds', String(this.clock.time * 1000)])
  }
}

// Real expiry must not interfere, so virtual windows are long: a unit of the model is 1024 ms.
const UNIT = 1024

test('every verdict equals the model: several policies, shadows, weights, peeks, keys, limits that change', async () => {
  const virtual = new VirtualRedis((await privateRedis({ budgetMs: 5000 })).redis)
  await fc.assert(
    fc.asyncProperty(scenario(60), async (given) => {
      const model = new Model(given, UNIT)
      const limiter = virtual.limiter(model.policies)
      for (const call of given.calls) {
        virtual.clock.advance((call.step / 64) * UNIT)
        await virtual.setTime()
        const { keys, cost } = model.ask(call)
        const verdict = await (call.take ? limiter.consume(keys, cost) : limiter.peek(keys, cost))
        const expected = model.expect(call, virtual.clock.time)
        if (verdict.policies.length === expected.policies.length) {
          expect(plain(verdict)).toEqual(expected)
        } else {
          // Known without asking Redis: all that is said is true, but another policy may deny for longer.
          expect(expected.allowed).toBe(false)
          expect(verdict.retryAfterMs).toBeLessThanOrEqual(expected.retryAfterMs)
          expect(expected.policies).toEqual(expect.arrayContaining([...plain(verdict).policies]))
        }
      }
    }),
    { numRuns: 300 },
  )
}, 60_000)

// Real expiry must not help: a millisecond of an attack takes a minute here.
const SLOW = 60_000

for (const [name, attack] of Object.entries(attacks)) {
  verifies(
    'TR-15',
    `on Redis at most 10 in any window, from 4 processes whose own clocks are skewed: ${name}`,
    async () => {
      const virtual = new VirtualRedis((await privateRedis({ budgetMs: 5000 })).redis)
      const limits = [policy({ name: 'burst', limit: 10, windowMs: 1000 * SLOW })]
      const clocks = [0, 0, 0.7, 5].map((seconds) => new VirtualClock(1_000_000 + seconds * 1000 * SLOW))
      const limiters = clocks.map((clock) => virtual.limiter(limits, clock, 'shared'))
      const admitted: number[] = []
      for (const [i, step] of attack(virtual.clock.time / SLOW).entries()) {
        for (const clock of [virtual.clock, ...clocks]) clock.advance(step * SLOW)
        await virtual.setTime()
        if ((await limiters[i % 4]!.consume('key')).allowed) admitted.push(virtual.clock.time)
      }
      expect(busiestWindow(admitted, 1000 * SLOW)).toBe(10)
    },
  )
}
