import { connectRedis } from '@ringfence/redis'
import { startRedisCluster } from '@ringfence/redis/testing'
import { expect, test } from 'vitest'
import { createLimiter, policy } from '../src/index.ts'
import { redisStore } from '../src/redis.ts'
import { cleanup } from './support/redis.ts'

test('on a cluster: all policies of an endpoint in one slot, endpoints on all nodes, no CROSSSLOT', async () => {
  const cluster = await startRedisCluster()
  cleanup(() => cluster.stop())
  const redis = await connectRedis({ url: cluster.nodes[0]!.tcpUrl, budgetMs: 5_000 })
  cleanup(() => redis.close())
  const policies = [
    policy({ name: 'endpoint', limit: 10, windowMs: 60_000 }),
    policy({ name: 'caller', limit: 4, windowMs: 60_000 }),
  ]
  const limiter = createLimiter({ policies, store: redisStore({ redis, deadlineMs: 5_000 }) })
  const routes = Array.from({ length: 30 }, (_, i) => `GET /v1/things/${i}`)
  const ask = async (route: string, caller: string): Promise<boolean> =>
    (await limiter.consume([route, [route, caller]])).allowed
  const admitted = await Promise.all(
    routes.map(async (route) => {
      const callers = ['a', 'b', 'c'].flatMap((caller) => Array.from({ length: 6 }, () => ask(route, caller)))
      return (await Promise.all(callers)).filter(Boolean).length
    }),
  )
  expect(admitted).toEqual(routes.map(() => 10))
  for (const node of cluster.nodes.slice(0, 3)) {
    expect(Number(await node.command('DBSIZE'))).toBeGreaterThan(5)
    expect(await node.command('INFO', 'errorstats')).not.toMatch(/MOVED|CROSSSLOT/)
  }
  // Keys with different first parts have no slot in common: a mistake of the programmer, not a refusal.
  await expect(limiter.consume(['GET /a', ['GET /b', 'a']])).rejects.toMatchObject({
    code: 'option_invalid',
  })
}, 40_000)
