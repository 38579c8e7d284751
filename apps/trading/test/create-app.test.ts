import { readFileSync, statSync } from 'node:fs'
import { type GeneratedApiKey, generateApiKey } from '@ringfence/hmac-auth'
import { verifies, violates } from '@ringfence/policy'
import { createLimiter, type Store as LimitStore } from '@ringfence/rate-limit'
import { describe, expect, test } from 'vitest'
import type { OrderRequest } from '../src/orders/order.ts'
import { openStore } from '../src/store/open-store.ts'
import { verifyTrail } from '../src/store/verify-trail.ts'
import { type Answer, type AppFixture, appFixture, send, sendRaw } from './app-fixture.ts'
import { limitOrder } from './desk-fixture.ts'

const place = async (app: AppFixture, change = {}): Promise<Answer> =>
  app.call('POST', '/v1/orders', { session: await app.session(), body: limitOrder(change) })

describe('a signed order', () => {
  test('is accepted, listed, shown, cancelled, and chained into the trail', async () => {
    const app = await appFixture()
    const session = await app.session()
    const body = limitOrder()
    const placed = await app.call('POST', '/v1/orders', { session, body })
    expect(placed).toMatchObject({ status: 201, json: { clientOrderId: body.clientOrderId, status: 'accepted' } })
    expect(Object.keys(placed.json)).toEqual(['orderId', 'clientOrderId', 'status'])
    const { orderId } = placed.json
    const shown = { ...body, orderId, status: 'accepted', createdAt: expect.any(String), updatedAt: expect.any(String) }
    const reader = { key: app.read }
    expect((await app.call('GET', '/v1/orders', reader)).json).toEqual({ items: [shown] })
    expect((await app.call('GET', `/v1/orders/${orderId}`, reader)).json).toEqual(shown)
    expect((await app.call('GET', '/v1/account', reader)).json).toMatchObject({ accountId: 'main', openOrders: 1 })
    expect((await app.call('GET', '/v1/instruments', reader)).json.items).toHaveLength(3)
    const cancelled = await app.call('DELETE', `/v1/orders/${orderId}`, { session })
    expect(cancelled).toMatchObject({ status: 200, json: { orderId, status: 'cancelled' } })
    await app.app.close()
    const db = openStore(app.path, app.databaseKey)
    expect(app.trailKey.use((secret) => verifyTrail(db, secret))).toMatchObject({ ok: true, head: { seq: 4 } })
    db.close()
  })

  test('with the same client order id gets the first answer; with another content a 409', async () => {
    const app = await appFixture()
    const session = await app.session()
    const body = limitOrder()
    const first = await app.call('POST', '/v1/orders', { session, body })
    expect(await app.call('POST', '/v1/orders', { session, body })).toMatchObject({ status: 201, json: first.json })
    const other = await app.call('POST', '/v1/orders', { session, body: { ...body, side: 'sell' } })
    expect(other).toMatchObject({ status: 409, json: { code: 'idempotency_conflict' } })
  })
})

describe('who may not', () => {
  test('an order without a signature', async () => {
    const app = await appFixture()
    const sent = { method: 'POST', target: '/v1/orders', headers: { 'content-type': 'application/json' }, body: '{}' }
    expect(await send(app.port, sent)).toMatchObject({ status: 401, json: { code: 'credentials_missing' } })
  })

  test('whatever is wrong about a key or its signature, the answer is the same to the byte', async () => {
    const make = (more: object): GeneratedApiKey => ({
      ...generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] }),
      ...more,
    })
    const own = make({})
    const known = {
      expired: make({ notAfter: '2026-01-01T00:00:00Z' }),
      early: make({ notBefore: '2027-01-01T00:00:00Z' }),
      elsewhere: make({ allow: ['10.0.0.0/8'] }),
      pinned: make({ entry: ['127.0.0.1:1'] }),
    }
    const previous = { secret: make({}).secret, notAfter: '2026-01-01T00:00:00Z' }
    const rotated = make({ previous })
    const app = await appFixture({ keys: [own, rotated, ...Object.values(known)] })
    const raw = async (key: GeneratedApiKey): Promise<string> => {
      app.clock.time += 2_000 // RateLimit counts requests, whatever becomes of them: each begins a window of its own
      const headers = { 'x-request-id': 'the-same-for-all-of-them' }
      const body = limitOrder({ clientOrderId: 'one' })
      const sent = app.sign('POST', '/v1/orders', { key, session: 'A'.repeat(43), body })
      const bytes = await sendRaw(app.port, { ...sent, headers: { ...sent.headers, ...headers } })
      return bytes.replace(/^date: .*$/im, 'date:')
    }
    const unknown = await raw(make({}))
    expect(unknown).toMatch(/^HTTP\/1\.1 401 [^]*"code":"credentials_invalid"/)
    const others = {
      'wrong MAC': await raw({ ...own, secret: make({}).secret }),
      'old secret': await raw({ ...rotated, secret: previous.secret }),
    }
    for (const [name, key] of Object.entries(known)) Object.assign(others, { [name]: await raw(key) })
    for (const [name, answer] of Object.entries(others)) expect(answer, name).toBe(unknown)
    const reasons = app.log.map((line) => JSON.parse(line)).filter(({ event }) => event === 'request.denied')
    expect(reasons.map(({ internal }) => internal.reason)).toEqual([
      'key_unknown',
      'mac_wrong',
      'key_expired',
      'key_expired',
      'key_not_yet_valid',
      'address_not_allowed',
      'entry_not_allowed',
    ])
  })

  verifies('TR-09/app', 'an address outside the list of the app', async () => {
    const app = await appFixture({ ipAllow: ['127.0.0.1'] })
    const sent = { method: 'GET', target: '/v1/account', headers: {}, body: undefined }
    expect(await send(app.port, sent, '127.0.0.2')).toMatchObject({
      status: 403,
      json: { code: 'address_not_allowed' },
    })
  })

  violates('TR-09/app', 'the same address is let through to authentication by a list that has it', async () => {
    const app = await appFixture({ ipAllow: ['127.0.0.0/8'] })
    const sent = { method: 'GET', target: '/v1/account', headers: {}, body: undefined }
    expect(await send(app.port, sent, '127.0.0.2')).toMatchObject({ status: 401 })
  })

  test('a replayed request', async () => {
    const app = await appFixture()
    const session = await app.session()
    let copy!: Parameters<typeof send>[1]
    const body = limitOrder()
    const first = await app.call('POST', '/v1/orders', { session, body, tamper: (sent) => (copy = sent) })
    expect(first.status).toBe(201)
    expect(await send(app.port, copy)).toMatchObject({ status: 401, json: { code: 'request_replayed' } })
    app.clock.time += 60_000
    expect(await send(app.port, copy)).toMatchObject({ status: 401, json: { code: 'request_stale' } })
  })

  test.each([
    ['body', (sent: { body: string | undefined }) => ({ body: sent.body?.replace('"0.01"', '"0.02"') })],
    ['target', () => ({ target: '/v1/orders?x=1' })],
    ['session', () => ({}), 'x-session-id'],
  ])('a request whose %s was changed on the way', async (_, change, header?: string) => {
    const app = await appFixture()
    const session = await app.session()
    const answer = await app.call('POST', '/v1/orders', {
      session,
      body: limitOrder(),
      tamper: (sent) => ({
        ...sent,
        ...change(sent),
        headers: header === undefined ? sent.headers : { ...sent.headers, [header]: 'A'.repeat(43) },
      }),
    })
    expect(answer).toMatchObject({ status: 401, json: { code: 'credentials_invalid' } })
  })

  verifies('TR-08', 'a read key can never trade, and a trade key cannot read', async () => {
    const app = await appFixture()
    const session = (await app.call('POST', '/v1/sessions', { key: app.read })).json.sessionId
    const refused = { status: 403, json: { code: 'insufficient_scope' } }
    expect(await app.call('POST', '/v1/orders', { key: app.read, session, body: limitOrder() })).toMatchObject(refused)
    const id = '0'.repeat(32)
    expect(await app.call('DELETE', `/v1/orders/${id}`, { key: app.read, session })).toMatchObject(refused)
    for (const target of ['/v1/orders', `/v1/orders/${id}`, '/v1/instruments', '/v1/account']) {
      expect(await app.call('GET', target, { key: app.trade })).toMatchObject(refused)
    }
  })

  violates('TR-08', 'a key with the other scope is let through by the same request', async () => {
    const app = await appFixture()
    expect(await place(app)).toMatchObject({ status: 201 })
  })
})

describe('sessions', () => {
  const current = (app: AppFixture, session: string): Promise<Answer> =>
    app.call('GET', '/v1/sessions/current', { session })

  verifies('TR-06/absolute', 'a session ends 4 hours after its start, however busy', async () => {
    const app = await appFixture()
    const started = await app.call('POST', '/v1/sessions')
    expect(started.json).toEqual({
      sessionId: expect.stringMatching(/^[\w-]{43}$/),
      expiresAt: new Date(app.clock.time + 4 * 3_600_000).toISOString(),
      idleExpiresAt: new Date(app.clock.time + 15 * 60_000).toISOString(),
    })
    const { sessionId } = started.json
    for (let minute = 10; minute < 240; minute += 10) {
      app.clock.time += 10 * 60_000
      expect((await current(app, sessionId)).status).toBe(200)
    }
    app.clock.time += 10 * 60_000
    expect(await current(app, sessionId)).toMatchObject({ status: 401, json: { code: 'session_invalid' } })
  })

  verifies('TR-06/idle', 'a session ends when it was idle for 15 minutes', async () => {
    const app = await appFixture()
    const sessionId = await app.session()
    app.clock.time += 15 * 60_000
    expect(await current(app, sessionId)).toMatchObject({ status: 401, json: { code: 'session_invalid' } })
  })

  violates(['TR-06/absolute', 'TR-06/idle'], 'a session without a limit would answer at the same moment', async () => {
    const app = await appFixture({ sessions: { absoluteMs: 24 * 3_600_000, idleMs: 24 * 3_600_000 } })
    const sessionId = await app.session()
    app.clock.time += 4 * 3_600_000
    expect((await current(app, sessionId)).status).toBe(200)
  })

  test('change their id, keep their deadline, and what becomes of them is in the log, without an id', async () => {
    const app = await appFixture()
    const first = await app.call('POST', '/v1/sessions')
    app.clock.time += 60_000
    const rotated = await app.call('POST', '/v1/sessions/current', { session: first.json.sessionId })
    expect(rotated).toMatchObject({ status: 201, json: { expiresAt: first.json.expiresAt } })
    expect((await current(app, first.json.sessionId)).status).toBe(401)
    expect((await current(app, rotated.json.sessionId)).status).toBe(200)
    await app.call('DELETE', '/v1/sessions/current', { session: rotated.json.sessionId })
    await app.call('DELETE', '/v1/sessions')
    const changes = app.log.map((line) => JSON.parse(line)).filter(({ event }) => event === 'sessions.changed')
    expect(changes.map(({ type }) => type)).toEqual(['started', 'rotated', 'revoked', 'all_revoked'])
    expect(changes.every(({ keyId }) => keyId === app.trade.id)).toBe(true)
    expect(changes[1]).toMatchObject({ keyId: app.trade.id, expiresAt: Date.parse(first.json.expiresAt) })
    expect(leaks(app.log, [first.json.sessionId, rotated.json.sessionId])).toEqual([])
  })

  test('can be ended one by one or all at once, and belong to one key', async () => {
    const app = await appFixture()
    const [one, two] = [await app.session(), await app.session()]
    const foreign = await app.call('GET', '/v1/sessions/current', { key: app.read, session: one })
    expect(foreign).toMatchObject({ status: 401, json: { code: 'session_invalid' } })
    expect((await app.call('DELETE', '/v1/sessions/current', { session: one })).status).toBe(204)
    expect((await current(app, one)).status).toBe(401)
    expect((await current(app, two)).status).toBe(200)
    expect(await app.call('DELETE', '/v1/sessions')).toMatchObject({ status: 200, json: { revoked: 1 } })
    expect((await current(app, two)).status).toBe(401)
    expect(await app.call('POST', '/v1/orders', { body: limitOrder() })).toMatchObject({
      status: 401,
      json: { code: 'session_invalid' },
    })
  })
})

describe('limits', () => {
  test('an eleventh request within a second gets a 429, at another endpoint not, and later neither', async () => {
    const app = await appFixture()
    const burst = await Promise.all(Array.from({ length: 11 }, () => app.call('GET', '/v1/account', { key: app.read })))
    expect(burst.filter(({ status }) => status === 200)).toHaveLength(10)
    const limited = burst.find(({ status }) => status === 429)
    expect(limited?.json).toMatchObject({ code: 'rate_limited', retryAfterMs: 1_000 })
    expect(limited?.headers['retry-after']).toBe('1')
    expect((await app.call('GET', '/v1/orders', { key: app.read })).status).toBe(200)
    app.clock.time += 1_000
    expect((await app.call('GET', '/v1/account', { key: app.read })).status).toBe(200)
  })

  test('unsigned requests are limited by address before anything is verified', async () => {
    const app = await appFixture()
    const sent = { method: 'GET', target: '/v1/account', headers: {}, body: undefined }
    const burst = await Promise.all(Array.from({ length: 101 }, () => send(app.port, sent)))
    expect(burst.filter(({ status }) => status === 401)).toHaveLength(100)
    expect(burst.filter(({ status }) => status === 429)).toHaveLength(1)
  })

  test('a shared store is asked for endpoint and key in one call, and never before a signature was verified', async () => {
    const asked: string[][] = []
    const store: LimitStore = {
      open: (policies, clock) => {
        asked.push(policies.map(({ name }) => name))
        return createLimiter({ policies, clock })
      },
    }
    const app = await appFixture({ stores: { limits: store } })
    expect(asked).toEqual([['endpoint', 'key']])
    expect(app.app.explain()).toMatch(/rateLimit\(address 100 per 1000 ms; sliding log, in each process\)/)
  })

  test('too many wrong signatures within a minute block the address for a minute, right ones too', async () => {
    const app = await appFixture({ limits: { failures: 20 } })
    const wrong = { key: { ...app.read, secret: generateApiKey({ scope: 'read', allow: ['127.0.0.1'] }).secret } }
    for (let i = 0; i < 20; i++) expect((await app.call('GET', '/v1/account', wrong)).status).toBe(401)
    expect(await app.call('GET', '/v1/account', { key: app.read })).toMatchObject({
      status: 429,
      json: { code: 'rate_limited', retryAfterMs: 60_000 },
    })
    app.clock.time += 60_000
    expect((await app.call('GET', '/v1/account', { key: app.read })).status).toBe(200)
  })

  test('a client that is wrong for two seconds, as often as its address may, blocks nobody behind the same address', async () => {
    const app = await appFixture()
    const wrong = { key: { ...app.read, secret: generateApiKey({ scope: 'read', allow: ['127.0.0.1'] }).secret } }
    for (let second = 0; second < 2; second++) {
      for (let i = 0; i < 100; i++) expect((await app.call('GET', '/v1/account', wrong)).status).toBe(401)
      app.clock.time += 1_000
    }
    expect((await app.call('GET', '/v1/account', { key: app.read })).status).toBe(200)
  })

  test('a key has a limit of its own, which holds from the next request on when it changes', async () => {
    const own = new Map<string, number>()
    const app = await appFixture({ limits: { keyOf: (keyId) => own.get(keyId) } })
    const passed = async (count: number): Promise<number> => {
      const answers = await Promise.all(
        Array.from({ length: count }, () => app.call('GET', '/v1/account', { key: app.read })),
      )
      return answers.filter(({ status }) => status === 200).length
    }
    own.set(app.read.id, 2)
    expect(await passed(6)).toBe(2)
    own.set(app.read.id, 5)
    expect(await passed(6)).toBe(3)
    own.delete(app.read.id)
    expect(await passed(6)).toBe(5)
  })
})

describe('what an order may say', () => {
  test.each<[string, object | string, number, string, string]>([
    ['off the tick', { limitPrice: '59000.3' }, 422, 'order_refused', 'price_tick'],
    ['an unknown symbol', { symbol: 'DOGE-EUR' }, 422, 'order_refused', 'symbol_unknown'],
    ['a market order with a price', { type: 'market' }, 422, 'order_refused', 'price_forbidden'],
    ['too much money', { quantity: '5' }, 422, 'order_refused', 'notional_max'],
    ['an unknown field', { admin: true }, 422, 'body_invalid', 'unknown_key'],
    ['a number for a decimal', { quantity: 0.01 }, 422, 'body_invalid', 'type'],
    ['an exponent', { quantity: '1e-2' }, 422, 'body_invalid', 'format'],
    ['a side in capitals', { side: 'BUY' }, 422, 'body_invalid', 'value'],
    ['a duplicate key', '{"side":"buy","side":"sell"}', 400, 'body_malformed', 'key_duplicate'],
    ['no JSON', '{', 400, 'body_malformed', 'not_json'],
  ])('not %s', async (_, change, status, code, rule) => {
    const app = await appFixture()
    const body = typeof change === 'string' ? change : { ...limitOrder(), ...change }
    const answer = await app.call('POST', '/v1/orders', { session: await app.session(), body })
    expect(answer).toMatchObject({ status, json: { code, errors: [{ rule }] } })
    expect((await app.call('GET', '/v1/orders', { key: app.read })).json).toEqual({ items: [] })
  })

  test('not more than 10,240 bytes', async () => {
    const app = await appFixture()
    const body = JSON.stringify(limitOrder()).padEnd(10_241)
    const session = await app.session()
    expect(await app.call('POST', '/v1/orders', { session, body })).toMatchObject({
      status: 413,
      json: { code: 'body_too_large' },
    })
    expect((await app.call('POST', '/v1/orders', { session, body: body.slice(0, -1) })).status).toBe(201)
  })

  test('no query, no body and no id where none belongs', async () => {
    const app = await appFixture()
    const reader = { key: app.read }
    expect(await app.call('GET', '/v1/orders?limit=5', reader)).toMatchObject({
      status: 400,
      json: { code: 'query_invalid' },
    })
    expect(await app.call('GET', '/v1/orders/1', reader)).toMatchObject({
      status: 400,
      json: { code: 'query_invalid' },
    })
    expect(await app.call('GET', `/v1/orders/${'0'.repeat(32)}`, reader)).toMatchObject({ status: 404 })
    expect(await app.call('POST', '/v1/sessions', { body: {} })).toMatchObject({ status: 413 })
  })
})

describe('every answer', () => {
  const answers = async (app: AppFixture): Promise<readonly Answer[]> => {
    const bare = { headers: {}, body: undefined }
    const web = { origin: 'https://evil.test', 'access-control-request-method': 'POST' }
    return [
      await place(app),
      await app.call('GET', '/v1/account', { key: app.read }),
      await send(app.port, { ...bare, method: 'GET', target: '/healthz' }),
      await send(app.port, { ...bare, method: 'GET', target: '/readyz' }),
      await send(app.port, { ...bare, method: 'GET', target: '/v1/account' }),
      await send(app.port, { ...bare, method: 'GET', target: '/nowhere' }),
      await send(app.port, { ...bare, method: 'GET', target: '/v1//orders' }),
      await send(app.port, { ...bare, method: 'OPTIONS', target: '/v1/orders', headers: web }),
      await app.call('GET', '/v1/account', { key: app.read, headers: { origin: 'https://evil.test' } }),
      await app.call('GET', '/v1/account', { key: app.read, headers: { 'x-api-version': '2' } }),
    ]
  }
  const without = (list: readonly Answer[], header: string): number[] =>
    list.filter(({ headers }) => headers[header] === undefined).map(({ status }) => status)

  verifies(['TR-17/request-id', 'TR-17/api-version'], 'carries X-Request-ID and X-API-Version', async () => {
    const list = await answers(await appFixture())
    expect(list.map(({ status }) => status)).toEqual([201, 200, 200, 200, 401, 404, 400, 405, 200, 400])
    expect(without(list, 'x-request-id')).toEqual([])
    expect(without(list, 'x-api-version')).toEqual([])
    expect(list.at(-1)?.json).toMatchObject({ code: 'api_version_unsupported', supported: ['1'] })
  })

  violates(['TR-17/request-id', 'TR-17/api-version'], 'an answer without a header is caught', () => {
    const bare = { status: 200, headers: {}, text: '', json: undefined }
    expect(without([bare], 'x-request-id')).toEqual([200])
    expect(without([bare], 'x-api-version')).toEqual([200])
  })

  const corsHeaders = (list: readonly Answer[]): string[] =>
    list.flatMap(({ headers }) => Object.keys(headers).filter((name) => name.startsWith('access-control-')))

  verifies(['TR-16/headers', 'TR-16/preflight'], 'is without a CORS header, a preflight included', async () => {
    const list = await answers(await appFixture())
    expect(corsHeaders(list)).toEqual([])
    expect(list[7]).toMatchObject({ status: 405, json: { code: 'method_not_allowed' } })
  })

  violates(['TR-16/headers', 'TR-16/preflight'], 'a CORS header is caught', () => {
    const open = { status: 204, headers: { 'access-control-allow-origin': '*' }, text: '', json: undefined }
    expect(corsHeaders([open])).toEqual(['access-control-allow-origin'])
  })
})

describe('the log', () => {
  const PERMITTED = ['level', 'time', 'pid', 'hostname', 'name', 'event', 'orderId', 'accountId', 'status']

  /** What the log tells about an order beyond what it may: fields that are not listed, and values of the order. */
  const told = (log: readonly string[], order: OrderRequest): string[] => {
    const fields = log.flatMap((line) => {
      const event = JSON.parse(line) as Record<string, unknown>
      return String(event['event']).startsWith('order.') ? Object.keys(event) : []
    })
    const values = leaks(log, [order.quantity, order.limitPrice ?? '', order.clientOrderId])
    return [...fields.filter((name) => !PERMITTED.includes(name)), ...values]
  }
  const order = limitOrder({ quantity: '0.0123', limitPrice: '58123.5' })

  verifies(['TR-22/orders', 'TR-04/logs'], 'tells of an order its id and its status, and nothing else', async () => {
    const app = await appFixture()
    const { json } = await app.call('POST', '/v1/orders', { session: await app.session(), body: order })
    const lines = app.log.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'order.settled', orderId: json.orderId, status: 'accepted' }),
    )
    expect(told(app.log, order)).toEqual([])
  })

  violates(['TR-22/orders', 'TR-04/logs'], 'a line with the whole order is caught', () => {
    const line = JSON.stringify({ event: 'order.settled', ...order })
    expect(told([line], order)).toEqual(
      expect.arrayContaining(['quantity', 'side', order.quantity, order.clientOrderId]),
    )
  })

  test('has no secret in it, whatever is refused', async () => {
    const app = await appFixture()
    const session = await app.session()
    await app.call('POST', '/v1/orders', { session, body: { [app.trade.secret]: app.databaseKey } })
    await app.call('GET', '/v1/account', { headers: { 'x-note': app.trade.secret } })
    const sent = {
      method: 'GET',
      target: `/${app.trade.secret}`,
      headers: { authorization: app.trade.secret },
      body: undefined,
    }
    await send(app.port, sent)
    expect(app.log.filter((line) => line.includes('request.denied')).length).toBeGreaterThan(2)
    expect(leaks(app.log, [app.trade.secret, app.read.secret, app.databaseKey, session])).toEqual([])
  })

  test('has the head of the trail at start and end', async () => {
    const app = await appFixture()
    await place(app)
    await app.app.close()
    const heads = app.log.map((line) => JSON.parse(line)).filter(({ event }) => event === 'trail.head')
    expect(heads.map(({ seq }) => seq)).toEqual([0, 2])
  })
})

describe('the process', () => {
  test('keeps its database encrypted and to itself', async () => {
    const app = await appFixture()
    await place(app)
    expect(readFileSync(app.path).subarray(0, 15).toString('latin1')).not.toBe('SQLite format 3')
    for (const name of [app.path, `${app.path}-wal`, `${app.path}-shm`]) expect(statSync(name).mode & 0o777).toBe(0o600)
  })

  test('is not ready while something a guarded route needs is down', async () => {
    let down = false
    const app = await appFixture({ dependencies: [() => (down ? Promise.reject(new Error('away')) : undefined)] })
    const ask = (): Promise<Answer> =>
      send(app.port, { method: 'GET', target: '/readyz', headers: {}, body: undefined })
    expect((await ask()).status).toBe(200)
    down = true
    app.clock.time += 1_000
    expect(await ask()).toMatchObject({ status: 503, json: { code: 'dependency_unavailable' } })
  })

  test('listens on several addresses and tells them apart', async () => {
    const app = await appFixture({ hosts: ['127.0.0.1', '127.0.0.3'] })
    const sent = { method: 'GET', target: '/healthz', headers: { connection: 'close' }, body: undefined }
    expect((await fetch(`http://127.0.0.3:${app.port}/healthz`)).status).toBe(200)
    expect((await send(app.port, sent)).status).toBe(200)
    await app.app.close()
    await expect(fetch(`http://127.0.0.3:${app.port}/healthz`)).rejects.toThrow(/fetch failed/)
  })

  test('lets a request in flight finish when it is told to stop', async () => {
    let release!: () => void
    const gate = new Promise<void>((resolve) => (release = resolve))
    const app = await appFixture({
      venue: () => ({
        name: 'slow',
        settleMs: 0,
        instruments: async () => [],
        submit: async () => 'accepted',
        cancel: async () => 'cancelled',
        status: async () => 'missing',
        ready: () => gate,
      }),
    })
    const asking = send(app.port, { method: 'GET', target: '/readyz', headers: {}, body: undefined })
    await new Promise((resolve) => setTimeout(resolve, 50))
    const closing = app.app.close()
    release()
    expect((await asking).status).toBe(200)
    await closing
  })
})

/** The values that occur in any line. */
function leaks(log: readonly string[], values: readonly string[]): string[] {
  return values.filter((value) => value !== '' && log.some((line) => line.includes(value)))
}
