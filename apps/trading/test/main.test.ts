import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { type GeneratedApiKey, generateApiKey } from '@ringfence/hmac-auth'
import { signedFetch, signRequest } from '@ringfence/hmac-auth/client'
import { verifies, violates } from '@ringfence/policy'
import { freePort, startRedis } from '@ringfence/redis/testing'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { limitOrder } from './desk-fixture.ts'
import {
  acceptsSignatures,
  developmentSettings,
  listening,
  type Running,
  start as startProcess,
  until,
} from './process-fixture.ts'

let folder: string
let settings: Record<string, string>
const trade = generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] })
const read = generateApiKey({ scope: 'read', allow: ['127.0.0.1'] })

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'trading-main-'))
  settings = await developmentSettings(folder, [trade, read])
  return () => rmSync(folder, { recursive: true, force: true })
})

describe('a process', () => {
  test('logs one line when it listens, serves, and stops cleanly on SIGTERM', async () => {
    const app = await run()
    expect(app.lines.filter(({ event }) => event === 'listening')).toMatchObject([
      { hosts: '127.0.0.1', port: Number(settings['TRADING_PORT']), venue: 'paper' },
    ])
    expect((await fetch(`${app.url}/healthz`)).status).toBe(200)
    app.child.kill('SIGTERM')
    expect(await app.ended).toBe(0)
    expect(app.lines.at(-1)).toMatchObject({ event: 'stopped' })
    expect(app.stderr.join('')).toBe('')
  })

  test('keeps an acknowledged order over kill -9', async () => {
    const app = await run()
    const client = signedFetch({ keyId: trade.id, secret: trade.secret, tag: 'ringfence-trading' })
    const reader = signedFetch({ keyId: read.id, secret: read.secret, tag: 'ringfence-trading' })
    await acceptsSignatures(reader, app.url)
    const { sessionId } = (await (await client(`${app.url}/v1/sessions`, { method: 'POST' })).json()) as {
      sessionId: string
    }
    const request = limitOrder()
    const answer = await client(`${app.url}/v1/orders`, { method: 'POST', body: JSON.stringify(request), sessionId })
    app.child.kill('SIGKILL')
    expect(answer.status).toBe(201)
    const { orderId } = (await answer.json()) as { orderId: string }
    await app.ended

    const again = await run()
    await acceptsSignatures(reader, again.url)
    const found = await reader(`${again.url}/v1/orders/${orderId}`)
    expect(await found.json()).toMatchObject({ ...request, orderId, status: 'accepted' })
    const ended = await client(`${again.url}/v1/sessions/current`, { sessionId })
    expect(ended.status).toBe(401)
    again.child.kill('SIGTERM')
    expect(await again.ended).toBe(0)
  })

  test('takes an order from the Python client of the documentation', async () => {
    const app = await run()
    await acceptsSignatures(signedFetch({ keyId: read.id, secret: read.secret, tag: 'ringfence-trading' }), app.url)
    const python = async (key: GeneratedApiKey, session: string, ...words: string[]): Promise<string> => {
      const script = new URL('../../../docs/examples/sign.py', import.meta.url).pathname
      const env = { RINGFENCE_KEY_ID: key.id, RINGFENCE_KEY_SECRET: key.secret, RINGFENCE_SESSION_ID: session }
      return (await promisify(execFile)('python3', [script, ...words], { env })).stdout
    }
    const started = await python(trade, '', 'POST', `${app.url}/v1/sessions`)
    const { sessionId } = JSON.parse(started.slice('201 '.length)) as { sessionId: string }
    const placed = await python(trade, sessionId, 'POST', `${app.url}/v1/orders`, JSON.stringify(limitOrder()))
    expect(placed).toMatch(/^201 .*"status":"accepted"/)
    expect(await python(read, '', 'GET', `${app.url}/v1/orders`)).toMatch(/^200 .*"items":\[\{/)
  })

  test('lets no request in a second time after a restart', async () => {
    const app = await run()
    const url = `${app.url}/v1/account`
    await acceptsSignatures(signedFetch({ keyId: read.id, secret: read.secret, tag: 'ringfence-trading' }), app.url)
    const headers = signRequest({ method: 'GET', url, keyId: read.id, secret: read.secret, tag: 'ringfence-trading' })
    expect((await fetch(url, { headers })).status).toBe(200)
    app.child.kill('SIGKILL')
    await app.ended
    const again = await run()
    expect((await fetch(url, { headers })).status).toBe(503)
    again.child.kill('SIGTERM')
    expect(await again.ended).toBe(0)
  })

  test('creates files for its owner only', async () => {
    const app = await run()
    expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700)
    expect(statSync(settings['TRADING_DB_PATH']!).mode & 0o777).toBe(0o600)
    app.child.kill('SIGTERM')
    await app.ended
  })

  test('prints its routes with --explain, without any configuration', async () => {
    settings = {}
    const app = start(['--explain'])
    expect(await app.ended).toBe(0)
    expect(app.text()).toMatch(/^POST \/v1\/orders\n {2}ipAllowlist: address_not_allowed$/m)
  })
})

describe('a configuration that cannot work', () => {
  verifies('TR-03/environment', 'is listed whole: every problem by name, source and rule, and no value', async () => {
    const planted = `planted${randomBytes(8).toString('hex')}`
    settings = {
      NODE_ENV: 'development',
      TRADING_HOST: `${planted},127.0.0.1`,
      TRADING_PORT: planted,
      TRADING_PROT: '7101',
      TRADING_API_KEYS: JSON.stringify([{ ...trade, scope: planted, secret: planted, [planted]: 1 }]),
      TRADING_IP_ALLOW: '10.0.0.1/8',
      TRADING_DB_KEY: planted,
      TRADING_SESSION_IDLE: '900',
      TRADING_VENUE_URL: `http://${planted}.test`,
      REDIS_URL: `redis://${planted}.test`,
      LOG_FINGERPRINT_KEY: '',
    }
    const app = start()
    expect(await app.ended).toBe(1)
    expect(app.lines).toHaveLength(1)
    expect(app.lines[0]?.['problems']).toMatchInlineSnapshot(`
      [
        "TRADING_PROT (environment): unknown_name: no such variable: did you mean TRADING_PORT?",
        "LOG_FINGERPRINT_KEY (environment): empty: an empty value is not a value: set one or remove the variable",
        "TRADING_HOST[0] (environment): invalid: a loopback address, 127.x.x.x or ::1",
        "TRADING_PORT (environment): invalid_format: a port number from 0 to 65535",
        "TRADING_API_KEYS[0].scope (environment): invalid_value: "read" or "trade"",
        "TRADING_API_KEYS[0].secret (environment): invalid: rfs_ and 49 letters or digits",
        "TRADING_API_KEYS[0] (environment): unrecognized_keys: it has a field that is not known",
        "TRADING_IP_ALLOW[0] (environment): invalid: an address or a CIDR block without host bits",
        "TRADING_DB_PATH (not in environment, .env): missing: the path of the database file",
        "TRADING_DB_KEY (environment): invalid: 64 lowercase hexadecimal digits (32 random bytes)",
        "TRADING_SESSION_IDLE (environment): invalid_format: a duration from 1s to 4h, such as 250ms, 30s, 15m or 4h",
        "TRADING_VENUE_URL (environment): invalid: an absolute URL with https:, or http: on loopback without user name, password or fragment",
        "TRAIL_KEY (not in environment, .env): missing: a secret of at least 32 characters",
        "REDIS_URL (environment): invalid: an absolute URL with rediss:, or redis: on loopback",
      ]
    `)
    expect(app.text() + app.stderr.join('')).not.toContain(planted)
  })

  violates('TR-03/environment', 'a configuration that can work starts, and no problem is found', async () => {
    const app = await run()
    expect(app.lines.filter((line) => 'problems' in line)).toEqual([])
    app.child.kill('SIGTERM')
    expect(await app.ended).toBe(0)
  })

  test.each<[string, Record<string, string>, RegExp]>([
    ['keys with one id', { TRADING_API_KEYS: JSON.stringify([trade, trade]) }, /TRADING_API_KEYS.*different ids/],
    ['a variable and its file', { TRAIL_KEY_FILE: '/dev/null' }, /TRAIL_KEY.*set_twice/],
    ['no JSON', { TRADING_API_KEYS: '[' }, /TRADING_API_KEYS/],
  ])('%s', async (_, change, problem) => {
    Object.assign(settings, change)
    const app = start()
    expect(await app.ended).toBe(1)
    expect(app.text()).toMatch(problem)
    expect(app.text()).not.toContain(trade.secret)
  })

  verifies('TR-18', 'the app refuses to start on any address but loopback', async () => {
    expect(await startsOn('0.0.0.0')).toBe('TRADING_HOST')
    expect(await startsOn('127.0.0.1,::')).toBe('TRADING_HOST')
    expect(await startsOn('localhost')).toBe('TRADING_HOST')
    expect(await startsOn('10.0.0.1')).toBe('TRADING_HOST')
  })

  violates('TR-18', 'an app that does start is seen to listen', async () => {
    expect(await startsOn('127.0.0.1')).toBe('listening')
  })

  async function startsOn(host: string): Promise<unknown> {
    settings['TRADING_HOST'] = host
    const app = start()
    const first = await Promise.race([app.listening, app.ended])
    if (first !== 1) {
      app.child.kill('SIGTERM')
      await app.ended
      return 'listening'
    }
    return /"problems":\["(\w+)/.exec(app.text())?.[1]
  }
})

describe('production', () => {
  beforeEach(() => {
    delete settings['NODE_ENV']
  })

  verifies('TR-06/redis', 'refuses to start without Redis', async () => {
    const app = start()
    expect(await app.ended).toBe(1)
    expect(app.lines[0]?.['problems']).toEqual([expect.stringMatching(/^REDIS_URL .*missing/)])
  })

  test('says in one sentence that Redis is not there', async () => {
    settings['REDIS_URL'] = `redis://127.0.0.1:${await freePort()}`
    const app = start()
    expect(await app.ended).toBe(1)
    expect(app.lines).toMatchObject([{ code: 'redis_unavailable', msg: expect.stringMatching(/Redis/) }])
  })

  test('with Redis keeps sessions and nonces over kill -9, and is ready only while Redis is', async () => {
    const port = await freePort()
    const redis = await startRedis({ port })
    onTestFinished(() => redis.stop())
    settings['REDIS_URL'] = `redis://127.0.0.1:${port}`
    const first = await run()
    const client = signedFetch({ keyId: trade.id, secret: trade.secret, tag: 'ringfence-trading' })
    await until(async () => (await client(`${first.url}/v1/sessions`, { method: 'POST' })).status === 201)
    const started = await client(`${first.url}/v1/sessions`, { method: 'POST' })
    const { sessionId } = (await started.json()) as { sessionId: string }
    const url = `${first.url}/v1/sessions/current`
    const key = { keyId: trade.id, secret: trade.secret, tag: 'ringfence-trading' }
    const headers = signRequest({ method: 'GET', url, sessionId, ...key })
    expect((await fetch(url, { headers })).status).toBe(200)
    first.child.kill('SIGKILL')
    await first.ended
    const again = await run()
    expect((await client(url, { sessionId })).status).toBe(200)
    expect(await (await fetch(url, { headers })).json()).toMatchObject({ code: 'request_replayed' })
    expect((await fetch(`${again.url}/readyz`)).status).toBe(200)
    redis.pause()
    expect((await client(`${again.url}/v1/sessions`, { method: 'POST' })).status).toBe(503)
    await until(async () => (await fetch(`${again.url}/readyz`)).status === 503)
    expect((await fetch(`${again.url}/healthz`)).status).toBe(200)
    const changes = (): unknown[] =>
      again.lines.filter(({ event }) => event === 'redis.changed').map(({ state }) => state)
    await until(async () => {
      await client(`${again.url}/v1/sessions`, { method: 'POST' })
      return changes().includes('down')
    })
    redis.resume()
    await until(() => changes().at(-1) === 'up')
    again.child.kill('SIGTERM')
    expect(await again.ended).toBe(0)
  })

  violates('TR-06/redis', 'development starts without', async () => {
    settings['NODE_ENV'] = 'development'
    const app = await run()
    app.child.kill('SIGTERM')
    expect(await app.ended).toBe(0)
  })

  test('refuses placeholder secrets and a .env file', async () => {
    settings['REDIS_URL'] = `redis://127.0.0.1:${await freePort()}`
    settings['TRAIL_KEY'] = 'change-me-change-me-change-me-change-me'
    writeFileSync(join(folder, '.env'), '', { mode: 0o600 })
    const app = start()
    expect(await app.ended).toBe(1)
    const problems = app.lines[0]?.['problems'] as string[]
    expect(problems.join('\n')).toMatch(/TRAIL_KEY \(environment\): placeholder/)
    expect(problems.join('\n')).toMatch(/env_file_in_production/)
  })
})

describe('what is in the way is one clear sentence', () => {
  test('a port in use', async () => {
    const other = createServer().listen(Number(settings['TRADING_PORT']), '127.0.0.1')
    await once(other, 'listening')
    const app = start()
    expect(await app.ended).toBe(1)
    expect(app.lines.at(-1)).toMatchObject({ code: 'EADDRINUSE', msg: expect.stringMatching(/TRADING_PORT is in use/) })
    other.close()
  })

  test('a wrong database key', async () => {
    const app = await run()
    app.child.kill('SIGTERM')
    await app.ended
    settings['TRADING_DB_KEY'] = randomBytes(32).toString('hex')
    const again = start()
    expect(await again.ended).toBe(1)
    expect(again.lines).toMatchObject([{ code: 'database_key_wrong', msg: expect.stringMatching(/does not open/) }])
  })

  test('a plaintext database', async () => {
    settings['TRADING_DB_PATH'] = join(folder, 'plain.db')
    new DatabaseSync(settings['TRADING_DB_PATH']).exec('create table t (x)')
    const app = start()
    expect(await app.ended).toBe(1)
    expect(app.lines).toMatchObject([{ code: 'database_plaintext' }])
  })

  test('a folder that cannot be made', async () => {
    writeFileSync(join(folder, 'file'), '')
    settings['TRADING_DB_PATH'] = join(folder, 'file', 'orders.db')
    const app = start()
    expect(await app.ended).toBe(1)
    expect(app.lines).toMatchObject([{ code: 'database_unreadable' }])
    expect(existsSync(join(folder, 'file', 'orders.db'))).toBe(false)
  })
})

/** Runs the program in the folder of the test, with the settings and nothing else in its environment. */
function start(args: readonly string[] = []): Running {
  const app = startProcess(folder, settings, args)
  onTestFinished(() => void app.child.kill('SIGKILL'))
  return app
}

/** Starts it and waits until it listens. */
async function run(): Promise<Running> {
  return listening(start())
}
