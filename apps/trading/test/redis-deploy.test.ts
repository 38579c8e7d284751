import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SessionStore } from '@ringfence/hmac-auth/sessions'
import { connectRedis, type Redis } from '@ringfence/redis'
import { type RedisServer, startRedis } from '@ringfence/redis/testing'
import { expect, onTestFinished, test } from 'vitest'
import { sharedStores } from '../src/shared-stores.ts'
import { appFixture } from './app-fixture.ts'
import { patientRedis } from './patient.ts'

const PASSWORD = randomBytes(24).toString('base64url')
const sha256 = createHash('sha256').update(PASSWORD).digest('hex')

const shipped = (name: string): string => readFileSync(new URL(`../deploy/redis/${name}`, import.meta.url), 'utf8')

/** A server with the files of deploy/redis; only password, port and the place of the files are those of the test. */
async function deployed(): Promise<{ server: RedisServer; app: Redis; operator: Redis }> {
  const directory = mkdtempSync(join(tmpdir(), 'trading-redis-'))
  const acl = shipped('users.acl').replace('REPLACE-WITH-THE-SHA256-OF-THE-PASSWORD', sha256)
  writeFileSync(join(directory, 'users.acl'), `${acl}user operator on #${sha256} ~* &* +@all\n`)
  const config = shipped('redis.conf')
    .replace('/etc/redis/users.acl', join(directory, 'users.acl'))
    .replace(/^port .*$/m, '')
  writeFileSync(join(directory, 'redis.conf'), config)
  const server = await startRedis({ directory, args: ['--include', join(directory, 'redis.conf')] })
  const connect = async (user: string): Promise<Redis> =>
    patientRedis(server.url.replace('unix:///', `unix://${user}:${PASSWORD}@localhost/`))
  const [app, operator] = [await connect('trading'), await connect('operator')]
  onTestFinished(async () => {
    app.close()
    operator.close()
    await server.stop()
    rmSync(directory, { recursive: true })
  })
  return { server, app, operator }
}

test('the user in users.acl can do what the app does, and nothing else', async () => {
  const { server, app: redis, operator } = await deployed()
  const stores = await sharedStores(redis, randomBytes(32).toString('base64url'))
  const [run] = String(await redis.command(['GET', '{rf:trading}e'])).split(' ')
  await redis.command(['SET', '{rf:trading}e', `${run} ${Date.now() - 60_000}`])
  const app = await appFixture({ stores })
  app.clock.time = Date.now()
  const session = await app.session()
  const rotated = (await app.call('POST', '/v1/sessions/current', { session })).json.sessionId as string
  expect((await app.call('GET', '/v1/sessions/current', { session: rotated })).status).toBe(200)
  expect((await app.call('DELETE', '/v1/sessions/current', { session: rotated })).status).toBe(204)
  await app.session()
  expect((await app.call('DELETE', '/v1/sessions')).json).toEqual({ revoked: 1 })
  expect(await fill(stores.sessions)).toBe('full')
  expect(await stores.sessions.revokeEverything()).toBe(1_000)
  expect((await app.call('GET', '/v1/account', { key: app.read })).status).toBe(200)
  expect(await operator.command(['ACL', 'LOG'])).toEqual([])
  const stats = String(await operator.command(['INFO', 'commandstats']))
  const permitted = [...shipped('users.acl').matchAll(/(?<= \+)[a-z]+/g)].map(([name]) => name)
  expect(permitted.filter((name) => !stats.includes(`cmdstat_${name}:`))).toEqual([])

  for (const forbidden of [
    ['FLUSHALL'],
    ['KEYS', '*'],
    ['GET', 'other'],
    ['CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru'],
    ['CONFIG', 'GET', '*'],
    ['MONITOR'],
    ['SCRIPT', 'FLUSH'],
    ['REPLICAOF', 'NO', 'ONE'],
    ['ACL', 'LIST'],
    ['EVAL', "return redis.call('KEYS', '*')", '0'],
  ]) {
    await expect(redis.command(forbidden), forbidden.join(' ')).rejects.toMatchObject({ code: 'redis_refused' })
  }
  await expect(connectRedis({ url: server.url })).rejects.toMatchObject({ code: 'redis_unsafe' })
})

/** Starts more sessions of a key than there may be; answers what the last came to. */
async function fill(sessions: SessionStore): Promise<unknown> {
  const start = async (_: unknown, i: number): Promise<unknown> => {
    const digest = createHash('sha256').update(String(i)).digest('base64url')
    return sessions.create(digest, { keyId: 'rfk_one', entry: undefined }, { absoluteMs: 60_000, idleMs: 60_000 }, 0)
  }
  return (await Promise.all(Array.from({ length: 1_001 }, start))).at(-1)
}
