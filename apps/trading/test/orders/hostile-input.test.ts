import { type Corpus, assertInert, hostileInput, hostileTexts } from '@ringfence/validation/testing'
import { deepStrict } from '@ringfence/validation'
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ORDER_SCHEMA } from '../../src/orders/order-schema.ts'
import type { Order } from '../../src/orders/order.ts'
import { openStore } from '../../src/store/open-store.ts'
import { appFixture } from '../app-fixture.ts'
import { deskFixture, limitOrder } from '../desk-fixture.ts'

const TEXTS = (['naughty', 'sql', 'xss', 'nosql'] satisfies Corpus[]).flatMap(hostileTexts)

/** An order that no boundary let in. */
function smuggled(clientOrderId: string): Order {
  const { accountId, status } = { accountId: 'main', status: 'cancelled' } as const
  return {
    ...limitOrder({ clientOrderId }),
    orderId: randomBytes(16).toString('hex'),
    accountId,
    status,
    createdAt: 1,
    updatedAt: 1,
  }
}

test('no public attack gets through any field of an order, and no key that it does not have', async () => {
  const schema = deepStrict(ORDER_SCHEMA)
  const report = await hostileInput({ sample: limitOrder(), accepts: (bytes) => schema.parse(bytes).ok })
  expect(report.tried).toBeGreaterThan(25_000)
  // Fractions look like pairs; that they are not listed the execution gate finds.
  expect(report.passed.map(({ field, payload }) => field + payload)).toEqual(['/symbol1/2', '/symbol1/0', '/symbol0/0'])
  // A word is an id like any other, `limit` is a type, and whether a symbol exists the execution gate asks.
  expect(new Set(report.words.map(({ field }) => field))).toEqual(
    new Set(['/clientOrderId', '/symbol', '/type', '/quantity', '/limitPrice']),
  )
})

test('had it got through, it would be inert in the database', async () => {
  const { desk, db } = deskFixture()
  const shape = db.prepare<{ n: number }>('select count(*) n from sqlite_schema')
  const rows = db.prepare<{ n: number }>('select count(*) n from orders')
  const before = shape.get()?.n
  let expected = 0
  // One transaction, for the sake of time.
  db.exec('begin')
  const tried = await assertInert(TEXTS, {
    roundTrip: (text) => {
      const order = smuggled(text)
      desk.orders.insert(order)
      expected++
      return desk.orders.find('main', order.orderId)?.clientOrderId
    },
    unharmed: () => rows.get()?.n === expected && shape.get()?.n === before,
  })
  db.exec('commit')
  expect([tried, rows.get()?.n]).toEqual([TEXTS.length, TEXTS.length])
})

describe('in what the app says', () => {
  test('it would be inert, too: one JSON string, and not a word in the log', async () => {
    const app = await appFixture()
    const db = openStore(app.path, app.databaseKey)
    const insert = db.prepare(
      `insert into orders (order_id, account_id, client_order_id, symbol, side, type, quantity, limit_price, status, created_at, updated_at)
       values (@orderId, @accountId, @clientOrderId, @symbol, @side, @type, @quantity, @limitPrice, @status, @createdAt, @updatedAt)`,
    )
    const some = TEXTS.filter((_, i) => i % 10 === 0)
    await assertInert(some, {
      roundTrip: async (text) => {
        const order = smuggled(text)
        insert.run({ ...order, limitPrice: order.limitPrice ?? null })
        app.clock.time += 1_000
        return (await app.call('GET', `/v1/orders/${order.orderId}`, { key: app.read })).json.clientOrderId
      },
      unharmed: () => app.log.every((line) => line.endsWith('\n') && line.indexOf('\n') === line.length - 1),
    })
    db.close()
    const log = app.log.join('')
    expect(some.filter((text) => !/^[\w .,:-]*$/.test(text) && log.includes(text))).toEqual([])
  })

  test('a refusal repeats none of it', async () => {
    const app = await appFixture()
    const session = await app.session()
    for (const text of TEXTS.filter((_, i) => i % 50 === 0)) {
      app.clock.time += 1_000
      const { status, text: answer } = await app.call('POST', '/v1/orders', {
        session,
        body: limitOrder({ clientOrderId: text }),
      })
      if (status === 201) continue
      expect(status).toBe(422)
      const { requestId: _, ...told } = JSON.parse(answer) as Record<string, unknown>
      expect(told).toEqual({
        code: 'body_invalid',
        status: 422,
        title: expect.any(String),
        type: 'urn:ringfence:problem:body_invalid',
        errors: [{ path: '/clientOrderId', rule: expect.stringMatching(/^(?:format|too_long)$/) }],
      })
    }
  })
})
