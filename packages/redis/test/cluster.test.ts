import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectRedis, type Redis } from '../src/index.ts'
import { keySlot } from '../src/key-slot.ts'
import { startRedisCluster, type RedisCluster } from '../src/testing.ts'

let cluster: RedisCluster
let redis: Redis
beforeAll(async () => {
  cluster = await startRedisCluster()
  redis = await connectRedis({ url: cluster.nodes[1]!.tcpUrl })
}, 30_000)
afterAll(async () => {
  redis?.close()
  await cluster?.stop()
})

const keys = Array.from({ length: 300 }, (_, i) => `key-${i}`)

test('the server computes the same slots', async () => {
  const texts = [...fc.sample(fc.string(), 200), 'a{b}c', '{}x', '{', '}{', '{{a}}']
  for (const text of texts) {
    expect(await cluster.nodes[0]!.command('CLUSTER', 'KEYSLOT', text)).toBe(keySlot(text))
  }
})

test('commands and scripts reach the node of their key, without a redirect', async () => {
  await Promise.all(keys.map((key) => redis.command(['SET', key, key])))
  expect(await Promise.all(keys.map((key) => redis.command(['GET', key])))).toEqual(keys)
  const append = redis.script({ lua: `return redis.call('APPEND', KEYS[1], ARGV[1])` })
  expect(await Promise.all(keys.map((key) => append.run([key], ['!'])))).toEqual(keys.map((key) => key.length + 1))
  for (const node of cluster.nodes.slice(0, 3)) {
    expect(Number(await node.command('DBSIZE'))).toBeGreaterThan(50)
    expect(await node.command('INFO', 'errorstats')).not.toMatch(/MOVED|CROSSSLOT|ASK/)
  }
})

test('calls of one tick go out as one EVALSHA for each slot', async () => {
  const add = redis.script({
    batch: 64,
    lua: `local replies = {}
for i, key in ipairs(KEYS) do replies[i] = redis.call('INCRBY', key, ARGV[i]) end
return replies`,
  })
  const twice = [...keys, ...keys]
  const sums = await Promise.all(twice.map((key, i) => add.run([`{${key}}sum`], [String(i)])))
  expect(sums).toEqual([...keys.map((_, i) => i), ...keys.map((_, i) => i + i + keys.length)])
})

test('keys of several slots in one call are a mistake of the programmer', async () => {
  const both = redis.script({ lua: `return 1` })
  await expect(both.run(['a', 'b'], [])).rejects.toMatchObject({ code: 'option_invalid' })
  expect(await both.run(['{a}1', '{a}2'], [])).toBe(1)
})

test('a slot that moves is followed, and nothing runs twice', async () => {
  const key = '{moving}count'
  const slot = String(keySlot(key))
  const owner = await ownerOf(key)
  const target = cluster.nodes.slice(0, 3).find((node) => node !== owner)!
  const [from, to] = [String(await owner.command('CLUSTER', 'MYID')), String(await target.command('CLUSTER', 'MYID'))]
  expect(await redis.command(['INCR', key])).toBe(1)
  // While a slot is being moved, keys that are gone already are answered with ASK.
  await target.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', from)
  await owner.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', to)
  await owner.command('MIGRATE', '127.0.0.1', String(target.port), key, '0', '1000')
  expect(await redis.command(['INCR', key])).toBe(2)
  for (const node of [target, owner]) await node.command('CLUSTER', 'SETSLOT', slot, 'NODE', to)
  expect(await redis.command(['INCR', key])).toBe(3)
  expect(await redis.command(['INCR', key])).toBe(4)
})

test('keys that are only half moved fail their own calls, and no other call on the node', async () => {
  const [a, b] = ['{half}a', '{half}b'] as const
  const owner = await ownerOf(a)
  const target = cluster.nodes.slice(0, 3).find((node) => node !== owner)!
  const ids = {
    from: String(await owner.command('CLUSTER', 'MYID')),
    to: String(await target.command('CLUSTER', 'MYID')),
  }
  const move = (key: string): Promise<unknown> =>
    owner.command('MIGRATE', '127.0.0.1', String(target.port), key, '0', '1000')
  const both = redis.script({ lua: `return {redis.call('INCR', KEYS[1]), redis.call('INCR', KEYS[2])}` })
  expect(await both.run([a, b], [])).toEqual([1, 1])
  const { connections } = redis
  await target.command('CLUSTER', 'SETSLOT', String(keySlot(a)), 'IMPORTING', ids.from)
  await owner.command('CLUSTER', 'SETSLOT', String(keySlot(a)), 'MIGRATING', ids.to)
  await move(a)
  await expect(both.run([a, b], [])).rejects.toMatchObject({ code: 'redis_unavailable' }) // TRYAGAIN
  expect([redis.ready, redis.connections]).toEqual([true, connections])
  await move(b)
  for (const node of [target, owner]) await node.command('CLUSTER', 'SETSLOT', String(keySlot(a)), 'NODE', ids.to)
  expect(await both.run([a, b], [])).toEqual([2, 2])
})

test('a dead master fails only its own keys, until its replica has taken over', async () => {
  const [first] = cluster.nodes
  const mine = keys.filter((key) => keySlot(key) < 5000)
  const others = keys.filter((key) => keySlot(key) > 6000)
  await first!.stop()
  const outcomes = await Promise.allSettled(mine.slice(0, 20).map((key) => redis.command(['GET', key])))
  for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: 'redis_unavailable' } })
  const alive = await Promise.allSettled(others.slice(0, 20).map((key) => redis.command(['GET', key])))
  expect(alive.filter(({ status }) => status === 'fulfilled').length).toBe(20)
  await expect
    .poll(() => redis.command(['SET', mine[0]!, 'again']).catch(() => 'down'), { timeout: 15_000, interval: 100 })
    .toBe('OK')
  expect(redis.ready).toBe(true)
}, 30_000)

async function ownerOf(key: string): Promise<(typeof cluster.nodes)[number]> {
  for (const node of cluster.nodes.slice(0, 3)) {
    const reply = await node.command('GET', key).catch((error: Error) => error.message)
    if (!String(reply).startsWith('MOVED')) return node
  }
  throw new Error('nobody owns the key')
}
