import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Principal } from '@ringfence/guard'
import { issuePrincipal } from '@ringfence/guard/authenticator'
import { connectRedis, type Redis } from '@ringfence/redis'
import { startRedis, type RedisServer } from '@ringfence/redis/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { redisSessionStore } from '../../src/redis.ts'
import { createSessions, requireSession, type Sessions } from '../../src/sessions.ts'
import { received } from '../support/fixture.ts'
import { ask, connected, until } from '../support/redis.ts'

const caller = (id: string): Principal => issuePrincipal({ kind: 'api-key', id, clientId: id, scopes: ['trade'] })
const ALICE = caller('rfk_alice')
const BOB = caller('rfk_bob')
const ENTRY = '127.0.0.2:7101'
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

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

function setup(options: { absoluteMs?: number; idleMs?: number; capacity?: number; client?: Redis } = {}): Sessions {
  const { capacity, client = redis, ...limits } = options
  const store = redisSessionStore({ redis: client, ...(capacity !== undefined && { capacity }) })
  return createSessions({ store, ...limits })
}

describe('deadlines', () => {
  test('a session ends when idle, by the clock of Redis; use moves the end, never beyond the absolute one', async () => {
    const sessions = setup({ absoluteMs: 1_500, idleMs: 700 })
    const before = Date.now()
    const { sessionId, expiresAt, idleExpiresAt } = await sessions.start(ALICE)
    expect(expiresAt - before).toBeGreaterThanOrEqual(1_500)
    expect(expiresAt - idleExpiresAt).toBe(800)
    const left = await sessions.start(ALICE)
    await sleep(500)
    const moved = await sessions.check(sessionId, ALICE)
    expect(moved?.expiresAt).toBe(expiresAt)
    expect(moved!.idleExpiresAt).toBeGreaterThan(idleExpiresAt)
    await sleep(400)
    expect(await sessions.check(left.sessionId, ALICE)).toBeUndefined()
    expect((await sessions.check(sessionId, ALICE))?.idleExpiresAt).toBe(expiresAt)
    await sleep(expiresAt - Date.now() + 20)
    expect(await sessions.check(sessionId, ALICE)).toBeUndefined()
  })

  test('a stranger does not keep it alive', async () => {
    const sessions = setup({ idleMs: 500 })
    const { sessionId } = await sessions.start(ALICE, ENTRY)
    await sleep(300)
    expect(await sessions.check(sessionId, BOB, ENTRY)).toBeUndefined()
    expect(await sessions.check(sessionId, ALICE, '127.0.0.3:7101')).toBeUndefined()
    expect(await sessions.check(sessionId, ALICE)).toBeUndefined()
    await sleep(250)
    expect(await sessions.check(sessionId, ALICE, ENTRY)).toBeUndefined()
  })
})

describe('revocation', () => {
  test('of one session', async () => {
    const sessions = setup()
    const { sessionId } = await sessions.start(ALICE)
    const other = await sessions.start(ALICE)
    expect(await sessions.revoke(sessionId)).toBe(true)
    expect(await sessions.check(sessionId, ALICE)).toBeUndefined()
    expect(await sessions.revoke(sessionId)).toBe(false)
    expect(await sessions.check(other.sessionId, ALICE)).toBeDefined()
  })

  test('of 1,000 sessions of a key, seen by another process at once; another key keeps its own', async () => {
    const [sessions, elsewhere] = [setup(), setup({ client: await connected(server) })]
    const ids: string[] = []
    for (let i = 0; i < 1_000; i += 100) {
      const started = await Promise.all(Array.from({ length: 100 }, async () => sessions.start(ALICE)))
      ids.push(...started.map(({ sessionId }) => sessionId))
    }
    const bob = await sessions.start(BOB)
    await sessions.revoke(ids[0]!)
    expect(await sessions.revokeAll(ALICE.id)).toBe(999)
    const checks = await Promise.all(ids.map(async (id) => elsewhere.check(id, ALICE)))
    expect(checks.every((times) => times === undefined)).toBe(true)
    expect(await elsewhere.check(bob.sessionId, BOB)).toBeDefined()
    expect(await sessions.check((await elsewhere.start(ALICE)).sessionId, ALICE)).toBeDefined()
    expect(await elsewhere.revokeEverything()).toBe(2)
    expect(await sessions.check(bob.sessionId, BOB)).toBeUndefined()
    expect(await sessions.check((await elsewhere.start(BOB)).sessionId, BOB)).toBeDefined()
  })

  test('holds even if the memory of the sessions could not be freed', async () => {
    const sessions = setup()
    const { sessionId } = await sessions.start(ALICE)
    const [key] = (await redis.command(['KEYS', '{rf}s*'])) as [string]
    const value = String(await redis.command(['GET', key]))
    await sessions.revokeAll(ALICE.id)
    await redis.command(['SET', key, value, 'PX', '60000'])
    expect(await sessions.check(sessionId, ALICE)).toBeUndefined()
  })
})

describe('what Redis may have lost', () => {
  test('a restart with an old data set revives no session', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'ringfence-redis-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const first = await startRedis({ directory })
    const client = await connected(first)
    const sessions = setup({ client })
    const { sessionId } = await sessions.start(ALICE)
    await client.command(['SAVE'])
    await sessions.revoke(sessionId)
    await first.stop()
    const second = await startRedis({ directory })
    onTestFinished(() => second.stop())
    expect(await ask(second, 'DBSIZE')).toMatch(/^:[1-9]/)
    expect(await setup({ client: await connected(second) }).check(sessionId, ALICE)).toBeUndefined()
  })

  test('after FLUSHALL there is none, and new ones work', async () => {
    const sessions = setup()
    const { sessionId } = await sessions.start(ALICE)
    await redis.command(['FLUSHALL'])
    expect(await sessions.check(sessionId, ALICE)).toBeUndefined()
    expect(await sessions.check((await sessions.start(ALICE)).sessionId, ALICE)).toBeDefined()
  })

  test('garbage in place of a session is none', async () => {
    const sessions = setup()
    const { sessionId } = await sessions.start(ALICE)
    const [key] = (await redis.command(['KEYS', '{rf}s*'])) as [string]
    for (const value of ['', 'x', `${'0'.repeat(40)} 0 0 a - 9999999999999 1000`]) {
      await redis.command(['SET', key, value])
      expect(await sessions.check(sessionId, ALICE)).toBeUndefined()
    }
  })
})

test('a dump holds neither ids nor keys nor entries', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ringfence-redis-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const own = await startRedis({ directory, args: ['--rdbcompression', 'no'] })
  onTestFinished(() => own.stop())
  const client = await connected(own)
  const sessions = setup({ client })
  const started = await Promise.all(Array.from({ length: 20 }, async () => sessions.start(ALICE, ENTRY)))
  await client.command(['SAVE'])
  const dump = (await readFile(join(directory, 'dump.rdb'))).toString('latin1')
  expect(dump).toContain('{rf}s')
  for (const planted of [...started.map(({ sessionId }) => sessionId), ALICE.id, ENTRY, '127.0.0.2']) {
    expect(dump).not.toContain(planted)
  }
})

test('a full store refuses a new session and keeps the live ones', async () => {
  const sessions = setup({ capacity: 2, absoluteMs: 1_000 })
  const first = await sessions.start(ALICE)
  await sessions.start(BOB)
  await expect(sessions.start(ALICE)).rejects.toMatchObject({ deny: { code: 'dependency_unavailable' } })
  expect(await sessions.check(first.sessionId, ALICE)).toBeDefined()
  await until(
    async () =>
      Promise.resolve(sessions.start(ALICE)).then(
        () => true,
        () => false,
      ),
    2_000,
  )
})

test('with Redis frozen requireSession refuses in time', async () => {
  const own = await startRedis()
  onTestFinished(() => own.stop())
  const sessions = setup({ client: await connected(own, 100) })
  const { sessionId } = await sessions.start(ALICE)
  const guard = requireSession(sessions)
  const check = async (): Promise<unknown> =>
    guard.check(received({ headers: [['x-session-id', sessionId]] }), { principal: ALICE })
  expect(await check()).toMatchObject({ ok: true })
  own.pause()
  const started = performance.now()
  expect(await check()).toMatchObject({ code: 'dependency_unavailable' })
  expect(performance.now() - started).toBeLessThan(200)
  own.resume()
  await until(async () => ((await check()) as { ok: boolean }).ok, 3_000)
})

test.each([{ capacity: 0 }, { capacity: NaN }])('option %j is refused', (bad) => {
  expect(() => setup(bad)).toThrow(/capacity/)
})
