import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectRedis, type Redis } from '@ringfence/redis'
import { type RedisServer, startRedis } from '@ringfence/redis/testing'
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { AppStores } from '../src/create-app.ts'
import { sharedStores } from '../src/shared-stores.ts'
import { type AppFixture, appFixture, type Sent } from './app-fixture.ts'
import { patientRedis } from './patient.ts'

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
async function replica(client: Redis): Promise<AppFixture> {
  const { sessions, limits } = await sharedStores(client, fingerprintKey)
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
    const clients = [await patientRedis(server.url), await patientRedis(server.url)]
    onTestFinished(() => {
      for (const client of clients) client.close()
    })
    expect(await admitted(await Promise.all(clients.map(replica)), 16)).toBe(10)
  })

  test('and without it, ten for each', async () => {
    expect(await admitted([await appFixture(), await appFixture()], 20)).toBe(20)
  })

  test('a dump holds no session id, nonce, key, secret or address', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'trading-dump-'))
    const own = await startRedis({ directory, args: ['--rdbcompression', 'no'] })
    const client = await patientRedis(own.url)
    onTestFinished(async () => {
      client.close()
      await own.stop()
      rmSync(directory, { recursive: true })
    })
    const app = await appFixture({ stores: await sharedStores(client, fingerprintKey) })
    app.clock.time = Date.now()
    // As if Redis had been remembering for a while.
    const [run] = String(await client.command(['GET', '{rf:trading}e'])).split(' ')
    await client.command(['SET', '{rf:trading}e', `${run} ${Date.now() - 60_000}`])
    const told: string[] = [
      app.trade.id,
      app.trade.secret,
      app.read.id,
      app.read.secret,
      '127.0.0.1',
      `127.0.0.1:${app.port}`,
    ]
    const note = (sent: Sent): Sent => {
      told.push(/nonce="([^"]+)"/.exec(sent.headers['signature-input']!)![1]!)
      return sent
    }
    for (const key of [app.trade, app.read]) {
      const answer = await app.call('POST', '/v1/sessions', { key, tamper: note })
      expect(answer.status).toBe(201)
      const session = answer.json.sessionId as string
      told.push(session)
      expect((await app.call('GET', '/v1/sessions/current', { key, session, tamper: note })).status).toBe(200)
    }
    await client.command(['SAVE'])
    const dump = readFileSync(join(directory, 'dump.rdb'))
    expect(Number(await client.command(['DBSIZE']))).toBeGreaterThan(8)
    expect(told).toHaveLength(12)
    const forms = told.flatMap((text) => [
      text,
      Buffer.from(text, 'base64url'),
      Buffer.from(text).toString('base64url'),
    ])
    expect(forms.filter((form) => dump.includes(form))).toEqual([])
    expect(dump.includes('{rf:trading}s')).toBe(true)
  })

  test('while it is away, everything guarded is refused', async () => {
    const app = await replica(redis)
    server.pause()
    const answer = await app.call('GET', '/v1/account', { key: app.read })
    server.resume()
    expect(answer).toMatchObject({ status: 503, json: { code: 'dependency_unavailable' } })
  })
})
