import * as fc from 'fast-check'
import { verifies } from '@ringfence/policy'
import type { Redis } from '@ringfence/redis'
import { startRedis, type RedisServer } from '@ringfence/redis/testing'
import { describe, expect, test } from 'vitest'
import { policy, type Policy, type SharedLimiter, type Verdict } from '../src/index.ts'
import { attacks } from './support/attacks.ts'
import { Model, MOST_STEP, plain, scenario, type Expected } from './support/model.ts'
import { cleanup, privateRedis, privateFolder } from './support/redis.ts'
import { busiestWindow } from './support/reference.ts'
import { VirtualClock } from './support/virtual-clock.ts'
import { VirtualRedis } from './support/virtual-redis.ts'

// A unit of the model is 1024 ms.
const UNIT = 1024

test.each([
  ['one after the other', 0],
  ['in bursts of one tick, which go out as one script', 0.8],
])(
  'every verdict equals the model, %s: several policies, shadows, weights, peeks, keys, limits that change',
  async (_, bursts) => {
    const virtual = new VirtualRedis((await privateRedis({ budgetMs: 5000 })).redis)
    await fc.assert(
      fc.asyncProperty(scenario(60), async (given) => {
        const model = new Model(given, UNIT)
        const limiter = virtual.limiter(model.policies)
        let burst: Promise<void>[] = []
        await virtual.setTime()
        for (const call of given.calls) {
          if (call.step >= bursts * MOST_STEP) {
            await Promise.all(burst)
            burst = []
            virtual.clock.advance((call.step / 64) * UNIT)
            await virtual.setTime()
          }
          const { keys, cost } = model.ask(call)
          const verdict = call.take ? limiter.consume(keys, cost) : limiter.peek(keys, cost)
          const expected = model.expect(call, virtual.clock.time)
          if (verdict instanceof Promise)
            burst.push(verdict.then((settled) => expect(plain(settled)).toEqual(expected)))
          else expectKnown(verdict, expected, bursts === 0)
        }
        await Promise.all(burst)
      }),
      { numRuns: 300 },
    )
  },
  60_000,
)

/** What is said without asking Redis is true, but another policy, or a call that is on the way, may deny for longer. */
function expectKnown(verdict: Verdict, expected: Expected, nothingOnTheWay: boolean): void {
  expect(expected.allowed).toBe(false)
  expect(expected.violated).toEqual(expect.arrayContaining([...verdict.violated]))
  expect(verdict.retryAfterMs).toBeLessThanOrEqual(expected.retryAfterMs)
  if (nothingOnTheWay) expect(expected.policies).toEqual(expect.arrayContaining([...plain(verdict).policies]))
}

test('what is known to be denied is known no more once a higher limit has let something through', async () => {
  const virtual = new VirtualRedis((await privateRedis({ budgetMs: 5000 })).redis)
  let limit = 1
  const rising = policy({ name: 'rising', limit: 4, windowMs: 600_000, limitOf: () => limit })
  const limiter = virtual.limiter([rising])
  await virtual.setTime()
  await limiter.consume('key')
  expect((await limiter.consume('key')).retryAfterMs).toBe(600_000)
  virtual.clock.advance(60_000)
  await virtual.setTime()
  limit = 4
  expect((await limiter.consume('key', 2)).allowed).toBe(true)
  limit = 1
  expect((await limiter.consume('key')).retryAfterMs).toBe(600_000)
})

test.each([Number.NaN, Number.POSITIVE_INFINITY])(
  'while the clock says %d, what is known to be denied by several policies stays denied, and no longer than it is',
  async (wrong) => {
    const virtual = new VirtualRedis((await privateRedis({ budgetMs: 5000 })).redis)
    const clock = new VirtualClock()
    const limits = ['one', 'two'].map((name) => policy({ name, limit: 1, windowMs: 600_000 }))
    const limiter = virtual.limiter(limits, { clock })
    await virtual.setTime()
    const allowed = async (): Promise<boolean> => (await limiter.consume('key')).allowed
    expect(await allowed()).toBe(true)
    const before = clock.time
    clock.time = wrong
    // Asked at a time that is none, and known from then on.
    expect([await allowed(), await allowed()]).toEqual([false, false])
    clock.time = before + 1
    expect([await allowed(), await allowed()]).toEqual([false, false])
    clock.time = before + 600_000
    virtual.clock.advance(600_000)
    await virtual.setTime()
    expect(await allowed()).toBe(true)
  },
)

test('a key outlives its log on the clock that stamped it, however long ago the script began', async () => {
  const { redis } = await privateRedis({ budgetMs: 5000 })
  const virtual = new VirtualRedis(redis)
  const limiter = virtual.limiter([policy({ name: 'burst', limit: 100, windowMs: 1000 })])
  const start = virtual.clock.time
  const expiresAt = async (ms: number): Promise<number> => {
    virtual.clock.time = start + ms
    await virtual.setTime()
    await limiter.consume('key')
    const [log] = (await redis.command(['KEYS', '*burst'])) as string[]
    return Number(await redis.command(['PEXPIRETIME', log!])) - start
  }
  // A window and ten seconds, which are not counted anew while they last for the next window.
  expect([await expiresAt(0.25), await expiresAt(1), await expiresAt(10_001)]).toEqual([11_001, 11_001, 11_001])
  expect(await expiresAt(10_001.25)).toBe(21_002)
  // A clock that has gone back is clamped to the last admission, and the key lives as long as that says.
  expect(await expiresAt(9000)).toBe(21_002)
  await redis.command(['FLUSHALL'])
  expect([await expiresAt(10_000), await expiresAt(0)]).toEqual([21_000, 21_000])
})

test('a log in place stays within its limit and is passed over quickly', async () => {
  const { redis } = await privateRedis({ budgetMs: 5000 })
  const virtual = new VirtualRedis(redis)
  const limiter = virtual.limiter([policy({ name: 'burst', limit: 100, windowMs: 1000 })])
  const lengthAfter = async (ms: number, calls: number): Promise<number> => {
    virtual.clock.advance(ms)
    await virtual.setTime()
    const verdicts = await Promise.all(Array.from({ length: calls }, async () => limiter.consume('key')))
    expect(verdicts.every(({ allowed }) => allowed)).toBe(true)
    const [log] = (await redis.command(['KEYS', '*burst'])) as string[]
    return (Number(await redis.command(['STRLEN', log!])) - 8) / 8
  }
  // Sixteen that have left the window are kept, for as many come in their place; seventeen are not.
  expect([await lengthAfter(0, 16), await lengthAfter(1000, 1), await lengthAfter(0, 16)]).toEqual([16, 16, 17])
  expect([await lengthAfter(1000, 1), await lengthAfter(0, 99), await lengthAfter(999, 0)]).toEqual([1, 100, 100])
  expect([await lengthAfter(1, 1), await lengthAfter(0, 99), await lengthAfter(1000, 100)]).toEqual([1, 100, 100])
})

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
      const limiters = clocks.map((clock) => virtual.limiter(limits, { clock, prefix: 'shared' }))
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

test("a step back of the server's clock: time stands, and nothing is admitted early or refused for ever", async () => {
  const virtual = new VirtualRedis((await privateRedis({ budgetMs: 5000 })).redis)
  const window = 600_000
  const limits = [policy({ name: 'burst', limit: 10, windowMs: window })]
  // The clocks of the processes say nothing: each call comes from a new one, which knows of no denial.
  const admitted = async (tries: number): Promise<number> => {
    await virtual.setTime()
    let count = 0
    for (let i = 0; i < tries; i++) {
      const limiter = virtual.limiter(limits, { clock: new VirtualClock(), prefix: 'shared' })
      if ((await limiter.consume('key')).allowed) count++
    }
    return count
  }
  virtual.clock.advance(10 * window)
  expect(await admitted(4)).toBe(4)
  virtual.clock.advance(-5 * window)
  expect(await admitted(20)).toBe(6)
  virtual.clock.advance(window)
  expect(await admitted(5)).toBe(0)
  virtual.clock.advance(5 * window - 1)
  expect(await admitted(5)).toBe(0)
  virtual.clock.advance(1)
  expect(await admitted(20)).toBe(10)
  // A step forward is time that has passed.
  virtual.clock.advance(100 * window)
  expect(await admitted(20)).toBe(10)
})

/** One process on a Redis that comes to grief. */
async function oneProcess(limit: Policy): Promise<{
  server: RedisServer
  redis: Redis
  limiter: SharedLimiter
  /** So many attempts, 40 to a window; those admitted are noted. */
  attempts: (count: number) => Promise<void>
  admitted: number[]
  /** A new server with nothing in it. */
  restart: () => Promise<void>
  back: () => Promise<void>
}> {
  const directory = privateFolder()
  const { server, redis } = await privateRedis({ directory })
  const virtual = new VirtualRedis(redis)
  const limiter = virtual.limiter([limit], { deadlineMs: 50 })
  const admitted: number[] = []
  const back = (): Promise<void> => expect.poll(() => redis.ready, { timeout: 10_000 }).toBe(true)
  return {
    server,
    redis,
    limiter,
    admitted,
    back,
    async attempts(count) {
      for (let i = 0; i < count; i++) {
        virtual.clock.advance(limit.windowMs / 40)
        // What cannot be told the time is away.
        if (redis.ready) await virtual.setTime().catch(() => undefined)
        if ((await limiter.consume('key')).allowed) admitted.push(virtual.clock.time)
      }
    },
    async restart() {
      await server.stop()
      await expect.poll(() => redis.ready).toBe(false)
      const next = await startRedis({ directory })
      cleanup(() => next.stop())
      await back()
    },
  }
}

test.each([1, 64])('a script that answers nonsense is a store that failed (batch %i)', async (batch) => {
  const virtual = new VirtualRedis((await privateRedis({ budgetMs: 5000 })).redis)
  for (const reply of [
    `'OK'`,
    'false',
    '1',
    '{}',
    '{ 1, 0 }',
    '{ 1, 0, 0, 0 }',
    '{ -1, 0, 0 }',
    '{ 1, -1, 0 }',
    '{ 1, 0, -1 }',
    `{ '1', '0', '0' }`,
    '{ false, false, false }',
    '{ 11 * 2199023255552 }',
    '{ 2 ^ 54 }',
    '{ { 1, 0 } }',
    '{ { 1, 0, 0, 0 } }',
    '{ { -1, 0, 0 } }',
    `{ { '1', '0', '0' } }`,
  ]) {
    const lua = `return ${reply}`
    const local = virtual.limiter([LOCAL], { lua, batch })
    const verdicts = await Promise.all(Array.from({ length: 15 }, async () => local.consume('key')))
    expect([reply, verdicts.filter(({ allowed }) => allowed).length, local.withoutStore]).toEqual([reply, 10, 15])
    const closed = virtual.limiter([{ ...LOCAL, whenStoreFails: 'closed' }], { lua, batch })
    await expect(closed.consume('key'), reply).rejects.toMatchObject({ code: 'redis_unavailable' })
  }
})

const LOCAL = policy({ name: 'burst', limit: 10, windowMs: 600_000, whenStoreFails: 'local' })
const CLOSED = policy({ name: 'burst', limit: 10, windowMs: 600_000 })

test('closed, too: what Redis forgets between two calls, the process does not', async () => {
  const { limiter, attempts, admitted, restart } = await oneProcess(CLOSED)
  await attempts(5)
  await restart()
  await attempts(34)
  expect(limiter.withoutStore).toBe(0)
  expect(admitted.length).toBe(10)
  // Redis has counted what the process then refused, so the next unit comes a little later than it could.
  await attempts(12)
  expect(busiestWindow(admitted, CLOSED.windowMs)).toBe(10)
  expect(admitted.length).toBeGreaterThan(10)
}, 40_000)

describe('local: a process admits at most 10 in any window', () => {
  test('while Redis goes, is away and comes back empty, again and again', async () => {
    const { server, limiter, attempts, admitted, restart, back } = await oneProcess(LOCAL)
    // 1.75 windows: every change comes while the log is full.
    await attempts(70)
    server.pause()
    await attempts(70)
    server.resume()
    await back()
    await attempts(70)
    await restart()
    await attempts(70)
    expect(limiter.withoutStore).toBeGreaterThan(50)
    expect(busiestWindow(admitted, LOCAL.windowMs)).toBe(10)
    // Four times 70 attempts are 7 windows: nobody was denied for long.
    expect(admitted.length).toBeGreaterThanOrEqual(60)
  }, 40_000)

  test('when Redis forgets between two calls, and no call sees it away', async () => {
    const { limiter, attempts, admitted, restart } = await oneProcess(LOCAL)
    await attempts(5)
    await restart()
    await attempts(20)
    expect(limiter.withoutStore).toBe(0)
    expect(admitted.length).toBe(10)
  }, 40_000)

  test('when Redis goes before it has denied anything', async () => {
    const { server, attempts, admitted } = await oneProcess(LOCAL)
    await attempts(5)
    await server.stop()
    await attempts(20)
    expect(admitted.length).toBe(10)
  }, 40_000)

  test('when Redis refuses for a while and the connection stays', async () => {
    const { redis, limiter, attempts, admitted } = await oneProcess(LOCAL)
    await attempts(1)
    await redis.command(['CONFIG', 'SET', 'maxmemory', '1'])
    await attempts(7)
    await redis.command(['CONFIG', 'SET', 'maxmemory', '0'])
    await attempts(20)
    expect(redis.connections).toBe(1)
    expect(limiter.withoutStore).toBeGreaterThanOrEqual(7)
    expect(admitted.length).toBe(10)
  }, 40_000)
})
