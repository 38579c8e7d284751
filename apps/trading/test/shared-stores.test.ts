import { randomBytes } from 'node:crypto'
import { connectRedis, type Redis } from '@ringfence/redis'
import { type RedisServer, startRedis } from '@ringfence/redis/testing'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AppStores } from '../src/create-app.ts'
import { sharedStores } from '../src/shared-stores.ts'
import { type AppFixture, appFixture } from './app-fixture.ts'

let server: RedisServer
let redis: Redis
const fingerprintKey = randomBytes(32).toString('base64url')

beforeAll(async () => {
  server = await startRedis()
  redis = await connectRedis({ url: server.url })
  return async () => {
    redis.close()
    await server.stop()
  }
})
beforeEach(() => redis.command(['FLUSHALL']))

/** An app whose nonces go by its virtual clock; sessions and limits are those of every other one. */
async function replica(): Promise<AppFixture> {
  const { sessions, limits } = await sharedStores(redis, fingerprintKey)
  return appFixture({ stores: { sessions, limits } satisfies AppStores })
}

/** So many requests at once, to each app its share; answers how many were let through. */
async function admitted(apps: readonly AppFixture[], count: number): Promise<number> {
  const statuses = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const app = apps[i % apps.length]!
      return (await app.call('GET', '/v1/account', { key: app.read })).status
    }),
  )
  expect(statuses.every((status) => status === 200 || status === 429)).toBe(true)
  return statuses.filter((status) => status === 200).length
}

describe('with Redis', () => {
  test('ten requests a second are ten over all processes', async () => {
    expect(await admitted([await replica(), await replica()], 16)).toBe(10)
  })

  test('and without it, ten for each', async () => {
    expect(await admitted([await appFixture(), await appFixture()], 20)).toBe(20)
  })

  test('nothing is counted or kept under a name that tells an address, a key or a session', async () => {
    const app = await replica()
    const session = await app.session()
    await admitted([app], 1)
    const names = await redis.command(['KEYS', '*'])
    expect(Array.isArray(names) && names.length).toBeGreaterThan(3)
    const text = JSON.stringify(names)
    for (const value of ['127.0.0.1', app.read.id, app.trade.id, session]) expect(text).not.toContain(value)
  })

  test('while it is away, everything guarded is refused', async () => {
    const app = await replica()
    server.pause()
    const answer = await app.call('GET', '/v1/account', { key: app.read })
    server.resume()
    expect(answer).toMatchObject({ status: 503, json: { code: 'dependency_unavailable' } })
  })
})
