import { connectRedis, type Redis } from '@ringfence/redis'
import { startRedisCluster, type RedisCluster } from '@ringfence/redis/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { redisReplayStore, redisSessionStore } from '../../src/redis.ts'
import { settled } from '../support/redis.ts'
import { replayContract } from '../support/replay-contract.ts'
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
  const options = { redis, ...capacity, prefix: `p${prefixes++}` }
  return {
    store: redisSessionStore(options),
    elsewhere: redisSessionStore(options),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  }
})

replayContract('on a cluster', async () => {
  // Another slot each time, so all nodes get their turn.
  const prefix = `n${prefixes++}`
  return { store: await settled(redis, prefix), elsewhere: await redisReplayStore({ redis, prefix }), now: Date.now }
})

test('no node was asked for keys of several slots, or for keys of another', async () => {
  for (const node of cluster.nodes.slice(0, 3)) {
    expect(await node.command('INFO', 'errorstats')).not.toMatch(/CROSSSLOT|MOVED|ASK/)
    expect(Number(await node.command('DBSIZE'))).toBeGreaterThan(0)
  }
})
