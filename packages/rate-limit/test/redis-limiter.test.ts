import * as fc from 'fast-check'
import type { Redis } from '@ringfence/redis'
import { verifies } from '@ringfence/policy'
import { expect, test } from 'vitest'
import { policy, type Policy, type SharedLimiter } from '../src/index.ts'
import { checkScript } from '../src/check-script.ts'
import { RedisLimiter } from '../src/redis-limiter.ts'
import { attacks } from './support/attacks.ts'
import { privateRedis } from './support/redis.ts'
import { busiestWindow, ReferenceLog } from './support/reference.ts'
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

test('every verdict equals the reference: several policies, weights, peeks, keys', async () => {
  const virtual = new VirtualRedis((await privateRedis({ budgetMs: 5000 })).redis)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ limit: fc.integer({ min: 1, max: 12 }), windowMs: fc.integer({ min: 20, max: 40 }) }), {
        minLength: 1,
        maxLength: 3,
      }),
      fc.array(
        fc.record({
          step: fc.integer({ min: 0, max: 12_000 }),
          keys: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 3, maxLength: 3 }),
          cost: fc.integer({ min: 1, max: 12 }),
          take: fc.boolean(),
        }),
        { maxLength: 60 },
      ),
      async (limits, calls) => {
        const policies = limits.map(({ limit, windowMs }, i) =>
          policy({ name: `p${i}`, limit, windowMs: windowMs * UNIT }),
        )
        const references = policies.map(({ limit, windowMs }) => new ReferenceLog(limit, windowMs))
        const limiter = virtual.limiter(policies)
        const capacity = Math.min(...limits.map(({ limit }) => limit))
        for (const call of calls) {
          virtual.clock.advance(call.step)
          await virtual.setTime()
          const { time } = virtual.clock
          const cost = Math.min(call.cost, capacity)
          const keys = call.keys.slice(0, policies.length)
          const waits = references.map((reference, i) => reference.wait(keys[i]!, cost, time))
          const wait = Math.max(...waits)
          const verdict = await (call.take ? limiter.consume(keys, cost) : limiter.peek(keys, cost))
          if (wait === 0 && call.take) references.forEach((one, i) => one.take(keys[i]!, cost, time))
          expect(verdict.allowed).toBe(wait === 0)
          const violated = policies.filter((_, i) => waits[i]! > 0).map(({ name }) => name)
          if (verdict.policies.length < policies.length) {
            // Known without asking Redis: all that is said is true, but another policy may deny for longer.
            expect(verdict.retryAfterMs).toBeGreaterThan(0)
            expect(verdict.retryAfterMs).toBeLessThanOrEqual(wait)
            expect(violated).toEqual(expect.arrayContaining([...verdict.violated]))
            continue
          }
          expect(verdict.retryAfterMs).toBe(wait)
          expect(verdict.violated).toEqual(violated)
          const left = references.map((one, i) => one.remaining(keys[i]!, time))
          expect(verdict.policies.map(({ remaining }) => remaining)).toEqual(left)
          expect(verdict.policies.map(({ growsInMs }) => growsInMs)).toEqual(
            references.map((one, i) => (left[i] === limits[i]!.limit ? 0 : one.wait(keys[i]!, left[i]! + 1, time))),
          )
        }
      },
    ),
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
