import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ReplayEntry } from '@ringfence/guard'
import { connectRedis, type Redis } from '@ringfence/redis'
import { startRedis, type RedisServer } from '@ringfence/redis/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { redisReplayStore } from '../../src/redis.ts'
import { BODY, fixture, reasonFor } from '../support/fixture.ts'
import { ask, connected, replicated, settled, until } from '../support/redis.ts'
import { replayContract } from '../support/replay-contract.ts'

let server: RedisServer
let redis: Redis

beforeAll(async () => {
  server = await startRedis()
  redis = await connectRedis({ url: server.url, budgetMs: 5_000 })
})
afterAll(async () => {
  redis.close()
  await server.stop()
})
beforeEach(async () => {
  await redis.command(['FLUSHALL'])
})

replayContract('on Redis', async () => ({
  store: await settled(redis),
  elsewhere: await redisReplayStore({ redis: await connected(server) }),
  now: Date.now,
}))

describe('what Redis may have lost is refused', () => {
  test('a store that begins now knows nothing of a second ago', async () => {
    const store = await redisReplayStore({ redis })
    expect(await store.consume(entry())).toBe('before_epoch')
    expect(await store.consume(entry({ createdAt: Date.now() + 900 }))).toBe('before_epoch')
  })

  test('FLUSHALL, a lost epoch and an epoch of another server process begin anew', async () => {
    for (const lose of [
      ['FLUSHALL'],
      ['DEL', '{rf}e'],
      ['SET', '{rf}e', `${'0'.repeat(40)} 0`],
      ['SET', '{rf}e', 'garbage'],
      ['SET', '{rf}e', ''],
    ]) {
      const store = await settled(redis)
      const one = entry()
      expect(await store.consume(one)).toBe('fresh')
      await redis.command(lose)
      expect(await store.consume(one)).toBe('before_epoch')
      expect(await store.consume(one)).toBe('before_epoch')
    }
  })

  test('a second later the store accepts again, and what came before stays out', async () => {
    const store = await redisReplayStore({ redis })
    const before = entry()
    await until(async () => (await store.consume(entry())) === 'fresh', 4_000)
    expect(await store.consume(before)).toBe('before_epoch')
  })

  test('a restart with the data set of a moment before', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'ringfence-redis-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const first = await startRedis({ directory })
    const client = await connected(first)
    const store = await settled(client)
    await client.command(['SAVE'])
    const captured = entry()
    expect(await store.consume(captured)).toBe('fresh')
    await first.stop()
    const second = await startRedis({ directory })
    onTestFinished(() => second.stop())
    const again = await connected(second)
    expect(await again.command(['EXISTS', '{rf}e'])).toBe(1)
    expect(await (await redisReplayStore({ redis: again })).consume(captured)).toBe('before_epoch')
  })

  test('the promotion of a replica that missed the last nonces', async () => {
    const { master, replica } = await replicated()
    const store = await settled(await connected(master))
    await until(async () => (await ask(replica, 'EXISTS {rf}e')).startsWith(':1'), 5_000)
    await ask(replica, 'REPLICAOF NO ONE')
    const captured = entry()
    expect(await store.consume(captured)).toBe('fresh')
    const promoted = await redisReplayStore({ redis: await connected(replica) })
    expect(await promoted.consume(captured)).toBe('before_epoch')
  })

  test('what Redis takes for expired, or for more than a second in the future', async () => {
    const store = await settled(redis)
    expect(await store.consume(entry({ expiresAt: Date.now() - 1 }))).toBe('before_epoch')
    expect(await store.consume(entry({ createdAt: Date.now() + 5_000, expiresAt: Date.now() + 12_000 }))).toBe(
      'before_epoch',
    )
  })
})

describe('limits', () => {
  test('out of memory it refuses and forgets nothing', async () => {
    const own = await startRedis()
    onTestFinished(() => own.stop())
    const client = await connected(own)
    const store = await settled(client)
    const one = entry()
    expect(await store.consume(one)).toBe('fresh')
    await client.command(['CONFIG', 'SET', 'maxmemory', '1'])
    expect(await store.consume(entry())).toBe('full')
    expect(await store.consume(one)).not.toBe('fresh')
    await client.command(['CONFIG', 'SET', 'maxmemory', '0'])
    expect(await store.consume(one)).toBe('replayed')
  })

  test('a nonce takes at most 160 bytes, and is not there in the clear', async () => {
    const store = await settled(redis)
    const usedMemory = async (): Promise<number> =>
      Number(/used_memory:(\d+)/.exec(String(await redis.command(['INFO', 'memory'])))![1])
    const entries = Array.from({ length: 8_000 }, () => entry({ expiresAt: Date.now() + 30_000 }))
    await store.consume(entries[0]!)
    const before = await usedMemory()
    for (let i = 0; i < entries.length; i += 500) {
      await Promise.all(entries.slice(i, i + 500).map(async (one) => store.consume(one)))
    }
    expect(await redis.command(['DBSIZE'])).toBe(8_001)
    expect(((await usedMemory()) - before) / 8_000).toBeLessThanOrEqual(160)
    const keys = JSON.stringify(await redis.command(['KEYS', '*']))
    expect(entries.filter(({ nonce }) => keys.includes(nonce))).toEqual([])
    expect(keys).not.toContain('rfk_')
  })

  test('a prefix keeps stores apart', async () => {
    const one = entry()
    await settled(redis, 'a')
    await settled(redis, 'b')
    expect(await (await redisReplayStore({ redis, prefix: 'a' })).consume(one)).toBe('fresh')
    expect(await (await redisReplayStore({ redis, prefix: 'b' })).consume(one)).toBe('fresh')
    await expect(redisReplayStore({ redis, prefix: '{x}' })).rejects.toThrow(/prefix/)
  })
})

test('with Redis frozen the guard refuses in time, and accepts again afterwards', async () => {
  const own = await startRedis()
  onTestFinished(() => own.stop())
  const replay = await settled(await connected(own, 100))
  const { guard, sign, clock } = fixture({ replay })
  clock.time = Date.now()
  expect(await reasonFor(guard, { headers: sign(), body: BODY })).toBe('accepted')
  own.pause()
  const started = performance.now()
  expect(await reasonFor(guard, { headers: sign(), body: BODY })).toBe('replay_store_failed')
  expect(performance.now() - started).toBeLessThan(200)
  own.resume()
  await until(async () => {
    clock.time = Date.now()
    return (await reasonFor(guard, { headers: sign(), body: BODY })) === 'accepted'
  }, 3_000)
})

function entry(change: Partial<ReplayEntry> = {}): ReplayEntry {
  const createdAt = Math.floor(Date.now() / 1_000) * 1_000
  return {
    keyId: 'rfk_a',
    nonce: randomBytes(16).toString('base64url'),
    createdAt,
    expiresAt: createdAt + 7_000,
    ...change,
  }
}
