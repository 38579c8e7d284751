import { createRequire } from 'node:module'
import { createLimiter, policy, type SharedLimiter } from '@ringfence/rate-limit'
import { redisStore } from '@ringfence/rate-limit/redis'
import { connectRedis, type Redis } from '@ringfence/redis'
import { startRedis } from '@ringfence/redis/testing'
import { MemoryStore } from 'express-rate-limit'
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible'
import { createClient } from 'redis'
import type { Bench } from './bench.ts'
import { compare, speedup, type CompareOptions } from './compare.ts'

/**
 * 10 per second against rate-limiter-flexible (rlf), and for information against the stores of express-rate-limit and
 * \@fastify/rate-limit. In memory: one key that is mostly denied, and 100,000 keys in turn. On Redis, both on node-redis
 * and one server: 64 calls in flight over so many keys that hardly any is denied, since what is known to be denied here
 * needs no trip; and one key that is.
 */
export const rateLimit: Bench = async ({ quick, log }) => {
  // Many short rounds: whatever else the machine does falls on few of them, and the median forgets those.
  const memory = { rounds: quick ? 15 : 31, sampleMs: quick ? 60 : 150, cpu: true }
  const redis = { rounds: quick ? 15 : 31, sampleMs: quick ? 70 : 200 }
  const ratios = { ...(await oneKey(memory)), ...(await manyKeys(memory)), ...flood(), ...(await onRedis(redis)) }
  for (const [name, ratio] of Object.entries(ratios)) log(`${name}: ${ratio.toFixed(2)}`)
  return ratios
}

async function oneKey(options: CompareOptions): Promise<Record<string, number>> {
  const rlf = new RateLimiterMemory(TEN_PER_SECOND)
  const ours = createLimiter({ policies: [burst()] })
  const bound = ours.bind('POST /v1/orders')
  const express = expressStore()
  const fastify = fastifyStore()
  const samples = await compare(
    {
      rlf: () => rlf.consume('POST /v1/orders').catch(ignore),
      bound: () => bound.consume(),
      keyed: () => ours.consume('POST /v1/orders'),
      express: () => express.increment('POST /v1/orders'),
      fastify: () => fastify.incr('POST /v1/orders', ignore, 1000, 10),
    },
    options,
  )
  return {
    memory_one_key_vs_rlf: speedup(samples, 'bound', 'rlf'),
    memory_one_key_unbound_vs_rlf: speedup(samples, 'keyed', 'rlf'),
    memory_one_key_express_vs_rlf: speedup(samples, 'express', 'rlf'),
    memory_one_key_fastify_vs_rlf: speedup(samples, 'fastify', 'rlf'),
  }
}

async function manyKeys(options: CompareOptions): Promise<Record<string, number>> {
  const keys = Array.from({ length: 100_000 }, (_, i) => `POST /v1/orders key_${i}`)
  const rlf = new RateLimiterMemory(TEN_PER_SECOND)
  const ours = createLimiter({ policies: [burst({ maxKeys: keys.length })] })
  const express = expressStore()
  // Every store knows every key before it counts: a first time costs memory, and a sample is shorter than a round of keys.
  for (const key of keys) {
    await rlf.consume(key).catch(ignore)
    ours.consume(key)
    await express.increment(key)
  }
  const [a, b, c] = [turns(keys), turns(keys), turns(keys)]
  const samples = await compare(
    {
      rlf: () => rlf.consume(a()).catch(ignore),
      ours: () => ours.consume(b()),
      express: () => express.increment(c()),
    },
    options,
  )
  return {
    memory_100k_keys_vs_rlf: speedup(samples, 'ours', 'rlf'),
    memory_100k_keys_express_vs_rlf: speedup(samples, 'express', 'rlf'),
  }
}

/** How much longer the slowest hundredth of verdicts takes while 1,000,000 keys flood a table for 16,384. */
function flood(): Record<string, number> {
  const limiter = createLimiter({ policies: [policy({ name: 'burst', limit: 10, windowMs: 60_000 })] })
  const p99 = (calls: number, key: (i: number) => string): number => {
    const times = new Float64Array(calls)
    for (let i = 0; i < calls; i++) {
      const text = key(i)
      const start = performance.now()
      limiter.consume(text)
      times[i] = performance.now() - start
    }
    return times.toSorted()[Math.floor(calls * 0.99)]!
  }
  p99(200_000, (i) => `warm_${i % 10_000}`)
  const calm = p99(1_000_000, (i) => `warm_${i % 10_000}`)
  return { flood_p99_vs_calm: p99(1_000_000, (i) => `flood_${i}`) / calm }
}

async function onRedis(options: CompareOptions): Promise<Record<string, number>> {
  const server = await startRedis()
  const redis = await connectRedis({ url: server.url, budgetMs: 5_000 })
  const client = newClient(server.socket)
  await client.connect()
  try {
    return {
      ...(await throughput(redis, client, options)),
      ...(await threePolicies(redis, client, options)),
      ...(await hotDenials(redis, client, options)),
    }
  } finally {
    redis.close()
    client.destroy()
    await server.stop()
  }
}

type Client = ReturnType<typeof newClient>

function newClient(path: string) {
  return createClient({ socket: { path, tls: false } })
}

async function throughput(redis: Redis, client: Client, options: CompareOptions): Promise<Record<string, number>> {
  const keys = manyEnough()
  const rlf = new RateLimiterRedis({ ...TEN_PER_SECOND, storeClient: client, useRedisPackage: true })
  const single = shared(redis, 'single', { batch: 1 })
  const batched = shared(redis, 'batched')
  const [a, b, c] = [turns(keys), turns(keys), turns(keys)]
  const samples = await compare(
    {
      rlf: () => inFlight(() => rlf.consume(a()).catch(ignore)),
      single: () => inFlight(() => single.consume(b())),
      batched: () => inFlight(() => batched.consume(c())),
    },
    options,
  )
  return {
    redis_vs_rlf: speedup(samples, 'single', 'rlf'),
    redis_batched_vs_rlf: speedup(samples, 'batched', 'rlf'),
  }
}

async function threePolicies(redis: Redis, client: Client, options: CompareOptions): Promise<Record<string, number>> {
  const keys = manyEnough()
  const windows = [1, 10, 60]
  // Each with a prefix of its own: else the three would count in one key.
  const rlf = windows.map(
    (duration) =>
      new RateLimiterRedis({
        points: 10 * duration,
        duration,
        keyPrefix: `per-${duration}`,
        storeClient: client,
        useRedisPackage: true,
      }),
  )
  const policies = windows.map((duration) =>
    policy({ name: `per-${duration}`, limit: 10 * duration, windowMs: duration * 1_000 }),
  )
  const ours = createLimiter({ policies, store: redisStore({ redis, prefix: 'three', deadlineMs: 5_000 }) })
  const [a, b] = [turns(keys), turns(keys)]
  const samples = await compare(
    {
      rlf: () =>
        inFlight(() => {
          const key = a()
          return Promise.all(rlf.map((one) => one.consume(key).catch(ignore)))
        }),
      ours: () => inFlight(() => ours.consume(b())),
    },
    options,
  )
  return { three_policies_vs_rlf: speedup(samples, 'ours', 'rlf') }
}

async function hotDenials(redis: Redis, client: Client, options: CompareOptions): Promise<Record<string, number>> {
  const rlf = new RateLimiterRedis({
    ...TEN_PER_SECOND,
    storeClient: client,
    useRedisPackage: true,
    inMemoryBlockOnConsumed: 10,
    inMemoryBlockDuration: 1,
  })
  const ours = shared(redis, 'hot')
  const samples = await compare(
    { rlf: () => rlf.consume('hot').catch(ignore), ours: () => ours.consume('hot') },
    options,
  )
  return { hot_denials_vs_rlf_block: speedup(samples, 'ours', 'rlf') }
}

function manyEnough(): readonly string[] {
  return Array.from({ length: 10_000 }, (_, i) => `key_${i}`)
}

function burst(options: { maxKeys?: number } = {}) {
  return policy({ name: 'burst', limit: 10, windowMs: 1_000, ...options })
}

function shared(redis: Redis, prefix: string, options: { batch?: number } = {}): SharedLimiter {
  return createLimiter({ policies: [burst()], store: redisStore({ redis, prefix, deadlineMs: 5_000, ...options }) })
}

/** 64 calls at once; the next 64 when all have answered. */
function inFlight(call: () => unknown): Promise<unknown> {
  return Promise.all(Array.from({ length: 64 }, call))
}

function turns(keys: readonly string[]): () => string {
  let i = 0
  return () => keys[i++ % keys.length]!
}

function expressStore(): MemoryStore {
  const store = new MemoryStore()
  store.init({ windowMs: 1_000 } as Parameters<MemoryStore['init']>[0])
  return store
}

function fastifyStore(): FastifyStore {
  const LocalStore = createRequire(import.meta.url)('@fastify/rate-limit/store/LocalStore.js') as new (
    continueExceeding: boolean,
    exponentialBackoff: boolean,
  ) => FastifyStore
  return new LocalStore(false, false)
}

interface FastifyStore {
  incr(key: string, done: () => void, windowMs: number, max: number): void
}

const ignore = (): void => undefined

const TEN_PER_SECOND = { points: 10, duration: 1 }
