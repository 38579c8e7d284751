import { createHash, randomBytes } from 'node:crypto'
import { connectRedis, type Redis } from '@ringfence/redis'
import { type RedisServer, startRedis } from '@ringfence/redis/testing'
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { redisReplayStore } from '../../src/stores/redis-replay-store.ts'
import { redisSessionStore } from '../../src/stores/redis-session-store.ts'

let server: RedisServer
let redis: Redis

beforeAll(async () => {
  server = await startRedis()
  redis = await connectRedis({ url: server.url })
  return async () => {
    redis.close()
    await server.stop()
  }
})
beforeEach(() => redis.command(['FLUSHALL']))

/** Moves the epoch of the server back, as if it had been running for an hour. */
async function settled(client: Redis = redis): Promise<void> {
  await redisReplayStore(client).consume(entry())
  await client.command(['HSET', 'ringfence:{trading}:epoch', 'at', String(Date.now() - 3_600_000)])
}

function entry(change: Partial<{ nonce: string; keyId: string; createdAt: number; expiresAt: number }> = {}) {
  const createdAt = Math.floor(Date.now() / 1_000) * 1_000
  return {
    keyId: 'rfk_a',
    nonce: randomBytes(16).toString('base64url'),
    createdAt,
    expiresAt: createdAt + 7_000,
    ...change,
  }
}

describe('nonces', () => {
  test('of many equal requests to several processes exactly one is fresh', async () => {
    const other = await connectRedis({ url: server.url })
    await settled()
    const stores = [redisReplayStore(redis), redisReplayStore(other)]
    const same = entry()
    const verdicts = await Promise.all(Array.from({ length: 50 }, async (_, i) => stores[i % 2]!.consume(same)))
    expect(verdicts.filter((verdict) => verdict === 'fresh')).toHaveLength(1)
    expect(verdicts.filter((verdict) => verdict === 'replayed')).toHaveLength(49)
    expect(await stores[0]!.consume({ ...same, keyId: 'rfk_b' })).toBe('fresh')
    other.close()
  })

  test('are kept as a hash, for as long as the request is fresh', async () => {
    await settled()
    const one = entry()
    await redisReplayStore(redis).consume(one)
    const hash = createHash('sha256').update(`${one.keyId}\0${one.nonce}`).digest('base64url')
    const left = Number(await redis.command(['PTTL', `ringfence:{trading}:nonce:${hash}`]))
    expect(left).toBeGreaterThan(5_000)
    expect(left).toBeLessThanOrEqual(7_000)
    expect(JSON.stringify(await redis.command(['KEYS', '*']))).not.toContain(one.nonce)
  })

  test('after FLUSHALL nothing signed before, or up to a second after, comes in', async () => {
    const store = redisReplayStore(redis)
    await settled()
    const one = entry()
    expect(await store.consume(one)).toBe('fresh')
    await redis.command(['FLUSHALL'])
    expect(await store.consume(one)).toBe('before_epoch')
    expect(await store.consume(entry({ createdAt: Date.now() + 1_000, expiresAt: Date.now() + 8_000 }))).toBe(
      'before_epoch',
    )
    expect(await store.consume(entry({ createdAt: Date.now() + 1_100, expiresAt: Date.now() + 8_000 }))).toBe('fresh')
  })

  test('a server of another run begins a new epoch, even with the same data', async () => {
    const store = redisReplayStore(redis)
    await settled()
    await redis.command(['HSET', 'ringfence:{trading}:epoch', 'run', '0'.repeat(40)])
    expect(await store.consume(entry())).toBe('before_epoch')
  })

  test('what expires before it could be kept is refused', async () => {
    await settled()
    expect(await redisReplayStore(redis).consume(entry({ expiresAt: Date.now() }))).toBe('before_epoch')
  })

  test('a frozen server refuses within its deadline', async () => {
    const frozen = await startRedis()
    const client = await connectRedis({ url: frozen.url })
    onTestFinished(async () => {
      client.close()
      await frozen.stop()
    })
    frozen.pause()
    const started = performance.now()
    await expect(redisReplayStore(client).consume(entry())).rejects.toMatchObject({ code: 'redis_unavailable' })
    expect(performance.now() - started).toBeLessThan(1_000)
    frozen.resume()
  })
})

describe('sessions', () => {
  const owner = { keyId: 'rfk_a', entry: '127.0.0.1:7101' }
  const limits = { absoluteMs: 4 * 3_600_000, idleMs: 900_000 }
  const start = async (hash: string, change = {}, long = limits): Promise<unknown> =>
    redisSessionStore(redis).create(hash, { ...owner, ...change }, long, 0)

  test('are live for their owner, through their entry, and for nobody else', async () => {
    const store = redisSessionStore(redis)
    const before = Date.now()
    const times = await store.create('h1', owner, limits, 0)
    expect(times).toEqual({ expiresAt: expect.any(Number), idleExpiresAt: expect.any(Number) })
    expect((times as { expiresAt: number }).expiresAt - before - limits.absoluteMs).toBeLessThan(1_000)
    expect(await store.touch('h1', owner, 0)).toMatchObject({ expiresAt: (times as { expiresAt: number }).expiresAt })
    expect(await store.touch('h1', { ...owner, keyId: 'rfk_b' }, 0)).toBeUndefined()
    expect(await store.touch('h1', { ...owner, entry: '127.0.0.2:7101' }, 0)).toBeUndefined()
    expect(await store.touch('h2', owner, 0)).toBeUndefined()
    await start('h3', { entry: undefined })
    expect(await store.touch('h3', owner, 0)).toBeDefined()
  })

  test('end when idle, and for good', async () => {
    const store = redisSessionStore(redis)
    await start('h1', {}, { absoluteMs: 400, idleMs: 150 })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await store.touch('h1', owner, 0)).toBeDefined()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await store.touch('h1', owner, 0)).toBeDefined()
    await new Promise((resolve) => setTimeout(resolve, 220))
    expect(await store.touch('h1', owner, 0)).toBeUndefined()
  })

  test('are revoked one by one, all of a key, or all there are', async () => {
    const store = redisSessionStore(redis)
    for (const hash of ['a1', 'a2', 'a3']) await start(hash)
    await start('b1', { keyId: 'rfk_b' })
    expect(await store.revoke('a1')).toBe(true)
    expect(await store.revoke('a1')).toBe(false)
    expect(await store.revokeAll('rfk_a')).toBe(2)
    expect(await store.revokeAll('rfk_a')).toBe(0)
    expect(await store.touch('a2', owner, 0)).toBeUndefined()
    expect(await store.touch('b1', { ...owner, keyId: 'rfk_b' }, 0)).toBeDefined()
    expect(await store.revokeEverything()).toBe(1)
    expect(await store.touch('b1', { ...owner, keyId: 'rfk_b' }, 0)).toBeUndefined()
    await start('c1')
    expect(await store.touch('c1', owner, 0)).toBeDefined()
  })

  test.each([
    ['FLUSHALL and a restored copy of the session', ['DEL', 'ringfence:{trading}:epoch']],
    ['a server of another run', ['HSET', 'ringfence:{trading}:epoch', 'run', '0'.repeat(40)]],
  ])('are not revived by %s', async (_, command) => {
    const store = redisSessionStore(redis)
    await start('h1')
    await new Promise((resolve) => setTimeout(resolve, 5))
    await redis.command(command)
    expect(await store.touch('h1', owner, 0)).toBeUndefined()
  })
})
