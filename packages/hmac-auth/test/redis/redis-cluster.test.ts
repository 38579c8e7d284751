import { randomBytes } from 'node:crypto'
import { connectRedis, type Redis } from '@ringfence/redis'
import { startRedisCluster, type RedisCluster } from '@ringfence/redis/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { redisReplayStore, redisSessionStore } from '../../src/redis.ts'
import { sessionContract } from '../support/session-contract.ts'

/** The same stores on three masters: every script's keys are in one slot, or the cluster would answer CROSSSLOT. */
let cluster: RedisCluster
let redis: Redis
let prefixes = 0

beforeAll(async () => {
  cluster = await startRedisCluster()
  redis = await connectRedis({ url: cluster.nodes[0]!.tcpUrl, budgetMs: 5_000 })
}, 60_000)
afterAll(async () => {
  redis.close()
  await cluster.stop()
})

sessionContract('on a cluster', (capacity) => {
  const options = { redis, capacity, prefix: `p${prefixes++}` }
  return {
    store: redisSessionStore(options),
    elsewhere: redisSessionStore(options),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  }
})

describe('nonces on a cluster', () => {
  test('of concurrent equal entries exactly one is fresh, wherever the slot is', async () => {
    for (const prefix of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const stores = [await redisReplayStore({ redis, prefix }), await redisReplayStore({ redis, prefix })]
      const createdAt = (Math.floor(Date.now() / 1_000) + 1) * 1_000
      const one = {
        keyId: 'rfk_a',
        nonce: randomBytes(16).toString('base64url'),
        createdAt,
        expiresAt: createdAt + 7_000,
      }
      const [run] = String(await redis.command(['GET', `{${prefix}}e`])).split(' ')
      await redis.command(['SET', `{${prefix}}e`, `${run} ${Date.now() - 60_000}`])
      const verdicts = await Promise.all(Array.from({ length: 50 }, async (_, i) => stores[i % 2]!.consume(one)))
      expect(verdicts.toSorted()).toEqual(['fresh', ...Array.from({ length: 49 }, () => 'replayed')])
    }
  })
})
