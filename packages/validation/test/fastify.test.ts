import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import { decimal } from '../src/decimal.ts'
import { deepStrict } from '../src/deep-strict.ts'
import { executionGate } from '../src/execution-gate.ts'
import { strictFastify } from '../src/fastify.ts'
import { integer } from '../src/integer.ts'
import { uuid } from '../src/uuid.ts'
import { send } from './support/send.ts'

const order = z.strictObject({ side: z.enum(['buy', 'sell']), quantity: decimal({ scale: 2, max: '100' }) })
const app = strictFastify(Fastify())
let calls = 0

app.post('/orders', { schema: { body: order } }, ({ body }) => {
  calls++
  expectTypeOf(body).toEqualTypeOf<{ side: 'buy' | 'sell'; quantity: string }>()
  return { side: body.side, frozen: Object.isFrozen(body) }
})
app.get(
  '/orders/:id',
  {
    schema: {
      params: z.strictObject({ id: uuid() }),
      querystring: z.strictObject({ limit: integer({ max: 9 }).optional() }),
      headers: z.strictObject({ 'x-account': z.enum(['main']) }),
    },
  },
  ({ params, query, headers }) => {
    expectTypeOf(params).toEqualTypeOf<{ id: string }>()
    expectTypeOf(query).toEqualTypeOf<{ limit?: number | undefined }>()
    return { id: params.id, limit: query.limit ?? null, account: headers['x-account'] }
  },
)
app.post('/none', ({ body }) => ({ body: body === undefined }))

let port = 0
beforeAll(async () => {
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
})
afterAll(() => app.close())

const good = '{"side":"buy","quantity":"1.50"}'
const JSON_TYPE = 'content-type: application/json'

describe('a body', () => {
  test('reaches the handler frozen and typed', async () => {
    expect(await send(port, { headers: [JSON_TYPE], body: good })).toEqual({
      status: 200,
      body: { side: 'buy', frozen: true },
    })
  })

  test.each<[what: string, headers: string[], body: string, status: number, rule: string]>([
    ['a duplicate key', [JSON_TYPE], '{"side":"buy","side":"sell","quantity":"1"}', 400, 'key_duplicate'],
    ['an unknown key', [JSON_TYPE], '{"side":"buy","quantity":"1","admin":true}', 422, 'unknown_key'],
    ['an exponent', [JSON_TYPE], '{"side":"buy","quantity":"1e1"}', 422, 'format'],
    ['another type', ['content-type: text/plain'], good, 415, ''],
    ['no type', [], good, 415, ''],
    ['a content coding', [JSON_TYPE, 'content-encoding: gzip'], good, 415, ''],
    ['two types', [JSON_TYPE, JSON_TYPE], good, 415, ''],
    ['no body', [JSON_TYPE], '', 400, 'not_json'],
  ])('with %s is refused', async (_, headers, body, status, rule) => {
    const before = calls
    const answer = await send(port, { headers, body })
    expect([answer.status, answer.body.errors?.[0].rule ?? '']).toEqual([status, rule])
    expect(calls).toBe(before)
  })

  test('of 10,241 bytes is refused, in chunks too', async () => {
    const body = `${good.slice(0, -1)}${' '.repeat(10_240)}}`
    expect((await send(port, { headers: [JSON_TYPE], body })).status).toBe(413)
    expect((await send(port, { headers: [JSON_TYPE], body, chunked: true })).status).toBe(413)
    expect((await send(port, { headers: [JSON_TYPE], body: good, chunked: true })).status).toBe(200)
  })

  test('without a schema is not read', async () => {
    expect(await send(port, { target: '/none', headers: [JSON_TYPE], body: good })).toEqual({
      status: 200,
      body: { body: true },
    })
  })
})

test('what it hands to a handler an execution gate takes, once', async () => {
  const strict = deepStrict(order)
  const gate = executionGate({ schema: strict, maxAgeMs: 1_000, rules: [{ name: 'open', check: () => true }] })
  const gated = strictFastify(Fastify())
  gated.post('/orders', { schema: { body: strict } }, ({ body }) => {
    expectTypeOf(body).toEqualTypeOf<{ side: 'buy' | 'sell'; quantity: string }>()
    const { side } = body
    return [
      gate.execute({ ...body }, {}, () => side),
      gate.execute(body, {}, () => side),
      gate.execute(body, {}, () => side),
    ]
  })
  const answer = await gated.inject({
    method: 'POST',
    url: '/orders',
    headers: { 'content-type': 'application/json' },
    body: good,
  })
  expect(answer.json()).toEqual([
    { ok: false, rule: 'not_validated' },
    { ok: true, result: 'buy' },
    { ok: false, rule: 'already_used' },
  ])
})

describe('path, query and headers', () => {
  const id = '0b9d7c1e-8f7a-4a52-9d5b-0d2a3c4e5f60'
  const get = (target: string, headers = ['x-account: main']) => send(port, { method: 'GET', target, headers })

  test('are typed and transformed', async () => {
    expect((await get(`/orders/${id}?limit=5`)).body).toEqual({ id, limit: 5, account: 'main' })
  })

  test.each([
    ['a bad id', '/orders/1', undefined, 400],
    ['a parameter twice', `/orders/${id}?limit=5&limit=6`, undefined, 400],
    ['an unknown parameter', `/orders/${id}?admin=1`, undefined, 400],
    ['a number in other words', `/orders/${id}?limit=0x5`, undefined, 400],
    ['a missing field', `/orders/${id}`, [], 400],
    ['a field twice', `/orders/${id}`, ['x-account: main', 'x-account: main'], 400],
  ])('%s is refused', async (_, target, headers, status) => {
    expect((await get(target, headers)).status).toBe(status)
  })
})

test('a body that a hook has read before is an error', async () => {
  const read = strictFastify(Fastify())
  read.addHook('preParsing', async (request) => {
    for await (const _ of request.raw);
  })
  read.post('/', { schema: { body: order } }, () => 1)
  const answer = await read.inject({
    method: 'POST',
    url: '/',
    headers: { 'content-type': 'application/json' },
    body: good,
  })
  expect([answer.statusCode, answer.json().code]).toEqual([500, 'guard_misused'])
})

test('a schema that is not strict, or a path that guards read otherwise, does not start', () => {
  const other = strictFastify(Fastify())
  expect(() => other.post('/a', { schema: { body: z.object({ a: z.string() }) } }, () => 1)).toThrow(
    'schema is not strict',
  )
  expect(() => other.get('/a/*', { schema: { params: z.strictObject({}) } }, () => 1)).toThrow('whole segments')
})
