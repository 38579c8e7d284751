import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { freePort, startRedis } from '@ringfence/redis/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sharedSessions } from '../src/shared-stores.ts'
import { openStore } from '../src/store/open-store.ts'
import { type AppFixture, appFixture } from './app-fixture.ts'
import { limitOrder } from './desk-fixture.ts'
import { patientRedis } from './patient.ts'

describe('halt and resume, beside a running app', () => {
  test('a symbol: the very next order is refused, others are not, and cancelling goes on', async () => {
    const app = await appFixture()
    const session = await app.session()
    const rule = async (symbol: string): Promise<string> => {
      const limitPrice = symbol === 'BTC-EUR' ? limitOrder().limitPrice : '2500'
      const answer = await app.call('POST', '/v1/orders', { session, body: limitOrder({ symbol, limitPrice }) })
      return answer.json.errors?.[0].rule ?? answer.json.status
    }
    const { json: open } = await app.call('POST', '/v1/orders', { session, body: limitOrder() })

    const halted = await command(app, 'halt', 'BTC-EUR')
    expect(halted).toMatchObject({ code: 0, lines: [{ event: 'trading.halted', symbol: 'BTC-EUR', changed: true }] })
    expect(await rule('BTC-EUR')).toBe('symbol_halted')
    expect(await rule('ETH-EUR')).toBe('accepted')
    expect((await app.call('DELETE', `/v1/orders/${open.orderId}`, { session })).json.status).toBe('cancelled')
    const { json } = await app.call('GET', '/v1/instruments', { key: app.read })
    expect(json.items).toContainEqual(expect.objectContaining({ symbol: 'BTC-EUR', trading: false }))
    expect(await command(app, 'halt', 'BTC-EUR')).toMatchObject({ code: 0, lines: [{ changed: false }] })

    expect(await command(app, 'resume', 'BTC-EUR')).toMatchObject({ code: 0, lines: [{ changed: true }] })
    expect(await rule('BTC-EUR')).toBe('accepted')
  })

  test.each([
    ['without a symbol', []],
    ['--all', ['--all']],
  ])('everything, %s: the kill switch', async (_, words) => {
    const app = await appFixture()
    const session = await app.session()
    const place = async (): Promise<unknown> =>
      (await app.call('POST', '/v1/orders', { session, body: limitOrder() })).json.errors?.[0].rule
    expect(await command(app, 'halt', ...words)).toMatchObject({ code: 0, lines: [{ symbol: '*', changed: true }] })
    expect(await place()).toBe('trading_halted')
    expect((await app.call('GET', '/v1/account', { key: app.read })).json.halted).toBe(true)
    expect(await command(app, 'resume', 'BTC-EUR')).toMatchObject({
      code: 0,
      lines: [{ changed: false }, { event: 'trading.still_halted', symbols: '*' }],
    })
    expect(await place()).toBe('trading_halted')
    expect(await command(app, 'resume', ...words)).toMatchObject({ code: 0, lines: [{ symbol: '*', changed: true }] })
    expect(await place()).toBeUndefined()
    expect(await command(app, 'audit', 'verify')).toMatchObject({
      code: 0,
      lines: [{ event: 'trail.holds', seq: 4 }],
    })
  })

  test('what makes no sense changes nothing', async () => {
    const app = await appFixture()
    for (const words of [['halt', 'BTCEUR'], ['halt', 'BTC-EUR', 'ETH-EUR'], ['resume', '--everything'], ['stop']]) {
      expect(await command(app, ...words)).toMatchObject({ code: 2, lines: [{ event: 'failed', code: 'usage' }] })
    }
    expect(await command(app, 'audit', 'verify')).toMatchObject({ code: 0, lines: [{ seq: 0 }] })
  })
})

describe('sessions revoke, beside a running app', () => {
  test('ends those of a key, or all, for the very next request', async () => {
    const port = await freePort()
    const server = await startRedis({ port })
    onTestFinished(() => server.stop())
    const url = `redis://127.0.0.1:${port}`
    const redis = await patientRedis(url)
    onTestFinished(() => redis.close())
    const app = await appFixture({ stores: { sessions: sharedSessions(redis) } })
    const [one, two] = [await app.session(), await app.session()]
    const other = (await app.call('POST', '/v1/sessions', { key: app.read })).json.sessionId as string
    const status = async (session: string, key = app.trade): Promise<number> =>
      (await app.call('GET', '/v1/sessions/current', { session, key })).status

    const ofKey = await command(app, 'sessions', 'revoke', app.trade.id, { REDIS_URL: url })
    expect(ofKey).toMatchObject({
      code: 0,
      lines: [{ event: 'sessions.changed', type: 'all_revoked', keyId: app.trade.id, count: 2 }],
    })
    expect([await status(one), await status(two), await status(other, app.read)]).toEqual([401, 401, 200])
    expect(await command(app, 'sessions', 'revoke', '--all', { REDIS_URL: url })).toMatchObject({
      code: 0,
      lines: [{ type: 'everything_revoked', count: 1 }],
    })
    expect(await status(other, app.read)).toBe(401)
    expect(await status(await app.session())).toBe(200)

    const elsewhere = { ...app, path: `${app.path}.gone` }
    expect(await command(elsewhere, 'sessions', 'revoke', '--all', { REDIS_URL: url })).toMatchObject({ code: 0 })

    for (const words of [[], ['me'], ['--all', 'me']]) {
      const refused = await command(app, 'sessions', 'revoke', ...words, { REDIS_URL: url })
      expect(refused).toMatchObject({ code: 2, lines: [{ code: 'usage' }] })
    }
    expect(await command(app, 'sessions', 'revoke', '--all')).toMatchObject({
      code: 2,
      lines: [{ msg: expect.stringContaining('stopping it ends them') }],
    })
  })
})

describe('audit verify', () => {
  test('exits 1 and says what is wrong, and with the log also what is missing', async () => {
    const app = await appFixture()
    const session = await app.session()
    await app.call('POST', '/v1/orders', { session, body: limitOrder() })
    await app.call('POST', '/v1/orders', { session, body: limitOrder() })
    await app.app.close()
    const log = join(app.path, '..', 'trading.log')
    writeFileSync(log, `no JSON "trail.head"\n${app.log.join('')}`)
    expect(await command(app, 'audit', 'verify', log)).toMatchObject({ code: 0, lines: [{ seq: 4, heads: 2 }] })

    const db = openStore(app.path, app.databaseKey)
    db.exec(`delete from idempotency where order_id in (select order_id from orders where seq = 2);
      delete from orders where seq = 2; delete from trail where seq > 2`)
    expect(await command(app, 'audit', 'verify')).toMatchObject({ code: 0 })
    expect(await command(app, 'audit', 'verify', log)).toMatchObject({
      code: 1,
      lines: [{ event: 'trail.broken', problem: 'the trail ends at 2, but a head of 4 was logged' }],
    })
    db.exec(`update orders set quantity = '5'`)
    expect(await command(app, 'audit', 'verify')).toMatchObject({
      code: 1,
      lines: [{ event: 'trail.broken', problem: expect.stringMatching(/^order \w+ was changed$/) }],
    })
    db.close()
    expect(await command(app, 'audit', 'verify', `${log}.old`)).toMatchObject({ code: 1, lines: [{ code: 'ENOENT' }] })
  })

  test('makes no database where there is none', async () => {
    const app = await appFixture()
    const path = `${app.path}.other`
    expect(await command({ ...app, path }, 'audit', 'verify')).toMatchObject({
      code: 1,
      lines: [{ event: 'failed', code: 'database_unreadable' }],
    })
    expect(existsSync(path)).toBe(false)
  })
})

/** Runs the program with these words, configured as the app is, and with more variables if a record is among them. */
async function command(
  { path, databaseKey, trailKey, trade, read }: AppFixture,
  ...given: (string | Record<string, string>)[]
): Promise<{ code: unknown; lines: unknown[] }> {
  const words = given.filter((one) => typeof one === 'string')
  const env = given.find((one) => typeof one === 'object')
  const child = spawn(process.execPath, ['--conditions=@ringfence/source', MAIN, ...words], {
    cwd: join(path, '..'),
    env: {
      NODE_ENV: 'development',
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
      TRADING_API_KEYS: JSON.stringify([trade, read]),
      TRADING_DB_PATH: path,
      TRADING_DB_KEY: databaseKey,
      TRAIL_KEY: trailKey.use((secret) => secret),
      LOG_FINGERPRINT_KEY: randomBytes(32).toString('base64url'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  const lines = output.split('\n').filter((line) => line !== '')
  return { code, lines: lines.map((line): unknown => JSON.parse(line)) }
}

const MAIN = new URL('../src/main.ts', import.meta.url).pathname
