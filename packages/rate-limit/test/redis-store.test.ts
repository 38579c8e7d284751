import { guards } from '@ringfence/guard'
import { startRedis } from '@ringfence/redis/testing'
import { expect, test } from 'vitest'
import { byRoute, createLimiter, policy, rateLimit, type SharedLimiter, type Verdict } from '../src/index.ts'
import { redisStore } from '../src/redis.ts'
import { cleanup, privateFolder, privateRedis } from './support/redis.ts'
import { request } from './support/requests.ts'
import { timed } from './support/timed.ts'

const closed = policy({ name: 'burst', limit: 10, windowMs: 1000, key: byRoute })
const local = policy({ name: 'burst', limit: 10, windowMs: 1000, key: byRoute, whenStoreFails: 'local' })

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

test('two processes share one limit, in one round trip for all policies', async () => {
  const { redis } = await privateRedis()
  const policies = [closed, policy({ name: 'wide', limit: 15, windowMs: 1000 })]
  const [one, two] = [0, 1].map(() => createLimiter({ policies, store: redisStore({ redis }) })) as [
    SharedLimiter,
    SharedLimiter,
  ]
  const verdicts = await Promise.all(Array.from({ length: 40 }, async (_, i) => (i % 2 ? one : two).consume('key')))
  expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(10)
  expect(verdicts.at(-1)!.violated).toEqual(['burst'])
  const stats = String(await redis.command(['INFO', 'commandstats']))
  expect(stats).toMatch(/cmdstat_mget:calls=2,/)
  // Two logs that are made, then nine units in place for each, and nothing for what was denied.
  expect(stats).toMatch(/cmdstat_set:calls=2,/)
  expect(stats).toMatch(/cmdstat_setrange:calls=18,/)
})

test.each([1, 64])('as many policies as a limiter may have fit into one script (batch %i)', async (batch) => {
  const { redis } = await privateRedis()
  const policies = Array.from({ length: 8 }, (_, i) =>
    policy({ name: `p${i}`, limit: 10 + i, windowMs: 60_000, shadow: i === 7, ...(i % 2 && { limitOf: () => 9 }) }),
  )
  const limiter = createLimiter({ policies, store: redisStore({ redis, batch }) })
  const verdicts = await Promise.all(Array.from({ length: 12 }, async () => limiter.consume('key')))
  expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(9)
  expect(verdicts.at(-1)).toMatchObject({ violated: ['p1', 'p3', 'p5'], shadowed: ['p7'] })
})

test('a server that has forgotten the script is told it again, and what was counted stays counted', async () => {
  const { redis } = await privateRedis()
  const limiter = createLimiter({ policies: [closed], store: redisStore({ redis, batch: 1 }) })
  const admitted = async (count: number): Promise<number> => {
    const verdicts = await Promise.all(Array.from({ length: count }, async () => limiter.consume('key')))
    return verdicts.filter(({ allowed }) => allowed).length
  }
  expect(await admitted(4)).toBe(4)
  await redis.command(['SCRIPT', 'FLUSH'])
  expect(await admitted(10)).toBe(6)
})

test.each([1, 64])(
  'forgotten in the middle of a burst, again and again, it counts every call once (batch %i)',
  async (batch) => {
    const { redis } = await privateRedis({ budgetMs: 5000 })
    const policies = [policy({ name: 'slow', limit: 50, windowMs: 60_000 })]
    const limiter = createLimiter({ policies, store: redisStore({ redis, batch, deadlineMs: 5000 }) })
    const calls: Promise<Verdict>[] = []
    const forgets: Promise<unknown>[] = []
    for (let i = 0; i < 40; i++) {
      for (let j = 0; j < 5; j++) calls.push(Promise.resolve(limiter.consume('key')))
      forgets.push(redis.command(['SCRIPT', 'FLUSH']))
      if (i % 3 === 0) await sleep(0)
    }
    const verdicts = await Promise.all(calls)
    await Promise.all(forgets)
    expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(50)
    expect(await limiter.peek('key')).toMatchObject({ allowed: false, remaining: 0 })
  },
)

test('nothing stays in Redis for ever, nor much longer than its window', async () => {
  const { redis } = await privateRedis()
  const policies = [
    policy({ name: 'short', limit: 3, windowMs: 200 }),
    policy({ name: 'long', limit: 3, windowMs: 60_000 }),
  ]
  const limiter = createLimiter({ policies, store: redisStore({ redis }) })
  for (let i = 0; i < 3; i++) await limiter.consume('key')
  const lifetimes = ((await redis.command(['KEYS', '*'])) as string[])
    .toSorted()
    .map(async (key) => redis.command(['PTTL', key]))
  const [long, short] = (await Promise.all(lifetimes)) as [number, number]
  expect(short).toBeGreaterThan(200)
  expect(short).toBeLessThanOrEqual(10_200)
  expect(long).toBeGreaterThan(60_000)
  expect(long).toBeLessThanOrEqual(70_000)
})

test('what is known to be denied is denied without Redis, and not for longer than it is', async () => {
  const { redis } = await privateRedis()
  const limiter = createLimiter({ policies: [closed], store: redisStore({ redis }) })
  for (let i = 0; i < 11; i++) await limiter.consume('key')
  await redis.command(['CONFIG', 'RESETSTAT'])
  let known = 0
  for (;;) {
    const verdict = limiter.consume('key')
    if (verdict instanceof Promise) {
      // The wait began before the question was asked, so the first question may come a trip too early.
      if ((await verdict).allowed) break
    } else {
      known++
      expect(verdict).toMatchObject({ allowed: false, remaining: 0, violated: ['burst'] })
      expect(verdict.retryAfterMs).toBeLessThan(1000)
    }
    await sleep(0)
  }
  const asked = Number(/cmdstat_evalsha:calls=(\d+),/.exec(String(await redis.command(['INFO', 'commandstats'])))?.[1])
  expect(asked).toBeLessThanOrEqual(5)
  expect(known).toBeGreaterThan(20)
})

test('closed: a frozen or dead Redis refuses within 75 ms, and verdicts are back within 3 s', async () => {
  const { server, redis } = await privateRedis()
  const limiter = createLimiter({ policies: [closed], store: redisStore({ redis }) })
  await limiter.consume('key')
  const refusals = async (): Promise<void> => {
    const waits: number[] = []
    for (let i = 0; i < 30; i++) {
      const calls = Array.from({ length: 4 }, () => timed(() => limiter.consume(`key-${i}`)))
      for (const { error, ms } of await Promise.all(calls)) {
        expect(error).toMatchObject({ code: 'redis_unavailable' })
        waits.push(ms)
      }
      await sleep(5)
    }
    expect(waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.99)]).toBeLessThan(75)
  }
  server.pause()
  await refusals()
  server.resume()
  await expect
    .poll(async () => (await timed(() => limiter.consume('key'))).value !== undefined, { timeout: 3000 })
    .toBe(true)
  await server.stop()
  await refusals()
})

test('local: verdicts come within 75 ms while Redis goes, is away and comes back', async () => {
  const directory = privateFolder()
  const { server, redis } = await privateRedis({ directory })
  const limiter = createLimiter({ policies: [local], store: redisStore({ redis }) })
  const waits: number[] = []
  const hammer = async (ms: number): Promise<void> => {
    const until = performance.now() + ms
    while (performance.now() < until) {
      const four = (): Promise<Verdict[]> => Promise.all(Array.from({ length: 4 }, async () => limiter.consume('key')))
      waits.push((await timed(four)).ms)
      await sleep(2)
    }
  }
  await hammer(300)
  server.pause()
  await hammer(500)
  await server.stop()
  await hammer(500)
  const second = await startRedis({ directory })
  cleanup(() => second.stop())
  await hammer(2500)
  expect(redis.ready).toBe(true)
  expect(limiter.withoutStore).toBeGreaterThan(0)
  expect(waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.99)]).toBeLessThan(75)
}, 20_000)

test('one policy that says closed closes the call', async () => {
  const { server, redis } = await privateRedis()
  const limiter = createLimiter({ policies: [local, { ...closed, name: 'strict' }], store: redisStore({ redis }) })
  await server.stop()
  expect((await timed(() => limiter.consume('key'))).error).toMatchObject({ code: 'redis_unavailable' })
})

test('as a guard: 429 with the fields, 503 while Redis is away', async () => {
  const { server, redis } = await privateRedis()
  const limits = rateLimit({ policies: [closed], store: redisStore({ redis }) })
  const chain = guards().use(limits)
  expect(limits.name).toContain('shared by all processes')
  const outcomes = await Promise.all(Array.from({ length: 11 }, async () => chain.run(request())))
  expect(outcomes[0]).toMatchObject({
    ok: true,
    headers: [
      ['ratelimit-policy', '"burst";q=10;w=1'],
      ['ratelimit', '"burst";r=9;t=1'],
    ],
  })
  expect(outcomes[10]).toMatchObject({ ok: false, code: 'rate_limited' })
  await server.stop()
  await sleep(1100)
  expect(await chain.run(request())).toMatchObject({
    ok: false,
    code: 'dependency_unavailable',
    headers: [['retry-after', '1']],
  })
})

test('a full Redis refuses as a dead one does', async () => {
  const { redis } = await privateRedis()
  const limiter = createLimiter({ policies: [closed], store: redisStore({ redis }) })
  await redis.command(['CONFIG', 'SET', 'maxmemory', '100kb'])
  expect((await timed(() => limiter.consume('key'))).error).toMatchObject({ code: 'redis_refused' })
})

test('no key, principal or address is seen in Redis', async () => {
  const { redis } = await privateRedis()
  const limiter = createLimiter({ policies: [closed], store: redisStore({ redis, secret: 's'.repeat(32) }) })
  await limiter.consume('rfk_visible')
  const keys = String(await redis.command(['KEYS', '*']))
  expect(keys).toMatch(/^rl:\{[A-Za-z0-9_-]{22}\}:burst$/)
})

test.each([
  ['prefix', { prefix: 'a b' }],
  ['prefix', { prefix: '{a}' }],
  ['secret', { secret: 'short' }],
  ['deadlineMs', { deadlineMs: 0 }],
  ['batch', { batch: 65 }],
])('option %s out of range is refused', async (name, options) => {
  const { redis } = await privateRedis()
  expect(() => redisStore({ redis, ...options })).toThrow(
    expect.objectContaining({ code: 'option_invalid', message: expect.stringContaining(name) }),
  )
})

test('a limit too large for a log in Redis is refused', async () => {
  const { redis } = await privateRedis()
  const large = policy({ name: 'large', limit: 1001, windowMs: 1000, maxKeys: 8 })
  expect(() => createLimiter({ policies: [large], store: redisStore({ redis }) })).toThrow('above 1000')
})
