import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GuardRequest } from '@ringfence/guard'
import { connectRedis, type Redis } from '@ringfence/redis'
import { startRedis, startRedisProxy, type RedisServer } from '@ringfence/redis/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { redisSessionStore } from '../../src/redis.ts'
import { createSessions, requireSession, type SessionCapacity, type Sessions } from '../../src/sessions.ts'
import { received } from '../support/fixture.ts'
import { ask, connected, replicated, until } from '../support/redis.ts'
import { ALICE, BOB, ENTRY, sessionContract } from '../support/session-contract.ts'

let server: RedisServer
let redis: Redis
let prefixes = 0

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

type SessionsSetup = SessionCapacity & { absoluteMs?: number; idleMs?: number; client?: Redis }

function setup(options: SessionsSetup = {}): Sessions {
  const { capacity, perKey, client = redis, ...limits } = options
  const most = { ...(capacity !== undefined && { capacity }), ...(perKey !== undefined && { perKey }) }
  const store = redisSessionStore({ redis: client, ...most })
  return createSessions({ store, ...limits })
}

sessionContract('on Redis', async (capacity) => {
  const options = { ...capacity, prefix: `p${prefixes++}` }
  return {
    store: redisSessionStore({ redis, ...options }),
    elsewhere: redisSessionStore({ redis: await connected(server), ...options }),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  }
})

test('a revocation holds even if the memory of the sessions could not be freed', async () => {
  const sessions = setup()
  const { sessionId } = await sessions.start(ALICE)
  const [key] = (await redis.command(['KEYS', '{rf}s*'])) as [string]
  const value = String(await redis.command(['GET', key]))
  for (const revoke of [() => sessions.revokeAll(ALICE.id), () => sessions.revokeEverything()]) {
    await redis.command(['SET', key, value, 'PX', '60000'])
    await revoke()
    await redis.command(['SET', key, value, 'PX', '60000'])
    expect(await sessions.check(sessionId, ALICE)).toBeUndefined()
  }
})

test('a check is one command, and so are all checks of a moment', async () => {
  const calls: string[] = []
  const client = await connectRedis({ url: server.url, budgetMs: 5_000, onCall: ({ outcome }) => calls.push(outcome) })
  onTestFinished(() => client.close())
  const sessions = setup({ client })
  const { sessionId } = await sessions.start(ALICE)
  await sessions.check(sessionId, ALICE)
  calls.length = 0
  expect(await sessions.check(sessionId, ALICE)).toBeDefined()
  expect(calls).toEqual(['ok'])
  await Promise.all(Array.from({ length: 64 }, async () => sessions.check(sessionId, ALICE)))
  expect(calls).toEqual(['ok', 'ok'])
})

test('what ended sessions is remembered for as long as one that began after it', async () => {
  const sessions = setup()
  await sessions.revokeAll(ALICE.id)
  await sessions.revokeEverything()
  const rounds = (await redis.command(['KEYS', '{rf}[gh]*'])) as string[]
  expect(rounds).toHaveLength(2)
  // As if that had been almost 25 hours ago.
  for (const round of rounds) await redis.command(['PEXPIRE', round, '300'])
  const { sessionId } = await sessions.start(ALICE)
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect(await sessions.check(sessionId, ALICE)).toBeDefined()
})

test('an idle session is over at its deadline, not a millisecond later', async () => {
  const sessions = setup()
  // Redis keeps a key through the millisecond of its expiry.
  const lastMs = async (): Promise<number> => {
    const [key] = (await redis.command(['KEYS', '{rf}s*'])) as [string]
    return Number(await redis.command(['PEXPIRETIME', key]))
  }
  const { sessionId, idleExpiresAt } = await sessions.start(ALICE)
  expect(await lastMs()).toBe(idleExpiresAt - 1)
  await new Promise((resolve) => setTimeout(resolve, 5))
  const moved = await sessions.check(sessionId, ALICE)
  expect(moved!.idleExpiresAt).toBeGreaterThan(idleExpiresAt)
  expect(await lastMs()).toBe(moved!.idleExpiresAt - 1)
  const rotated = await sessions.rotate(sessionId, ALICE)
  expect(await lastMs()).toBe(rotated!.idleExpiresAt - 1)
})

test('sessions can be ended although Redis is out of memory', async () => {
  const own = await startRedis()
  onTestFinished(() => own.stop())
  const client = await connected(own)
  const sessions = setup({ client })
  const [alice, bob] = [await sessions.start(ALICE), await sessions.start(BOB)]
  await sessions.start(ALICE)
  await client.command(['CONFIG', 'SET', 'maxmemory', '1'])
  expect(await sessions.check(alice.sessionId, ALICE)).toBeDefined()
  expect(await sessions.revokeAll(ALICE.id)).toBe(2)
  expect(await sessions.check(alice.sessionId, ALICE)).toBeUndefined()
  expect(await sessions.check(bob.sessionId, BOB)).toBeDefined()
  expect(await sessions.revokeEverything()).toBe(1)
  expect(await sessions.check(bob.sessionId, BOB)).toBeUndefined()
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

  test('the promotion of a replica that missed a revocation revives no session', async () => {
    const { master, replica } = await replicated()
    const sessions = setup({ client: await connected(master) })
    const { sessionId } = await sessions.start(ALICE)
    await until(async () => (await ask(replica, 'DBSIZE')).startsWith(':3'), 5_000)
    await ask(replica, 'REPLICAOF NO ONE')
    expect(await sessions.revoke(sessionId)).toBe(true)
    expect(await ask(replica, 'DBSIZE')).toMatch(/^:3/)
    const promoted = setup({ client: await connected(replica) })
    expect(await promoted.check(sessionId, ALICE)).toBeUndefined()
    expect(await promoted.rotate(sessionId, ALICE)).toBeUndefined()
    expect(await promoted.check((await promoted.start(ALICE)).sessionId, ALICE)).toBeDefined()
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

test.each([{ capacity: 0 }, { capacity: NaN }, { perKey: 0 }])('option %j is refused', (bad) => {
  expect(() => setup(bad)).toThrow(/positive number/)
})

test('on a slow Redis the calls of one request share its budget', async () => {
  const proxy = await startRedisProxy(server)
  onTestFinished(() => proxy.stop())
  const client = await connectRedis({ url: proxy.url, budgetMs: 200 })
  onTestFinished(() => client.close())
  const sessions = setup({ client })
  const { sessionId } = await sessions.start(ALICE)
  const guard = requireSession(sessions)
  const check = async (request: GuardRequest): Promise<unknown> => guard.check(request, { principal: ALICE })
  const request = (): GuardRequest => received({ headers: [['x-session-id', sessionId]] })
  proxy.behave({ delayMs: 120 })
  const one = request()
  expect(await check(one)).toMatchObject({ ok: true })
  expect(await check(one)).toMatchObject({ code: 'dependency_unavailable' })
  expect(await check(request())).toMatchObject({ ok: true })
})
