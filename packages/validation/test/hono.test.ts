import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import type { Server } from 'node:http'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import { decimal } from '../src/decimal.ts'
import { deepStrict } from '../src/deep-strict.ts'
import { executionGate } from '../src/execution-gate.ts'
import { strictValidator } from '../src/hono.ts'
import { integer } from '../src/integer.ts'
import { uuid } from '../src/uuid.ts'
import { send } from './support/send.ts'

const order = z.strictObject({ side: z.enum(['buy', 'sell']), quantity: decimal({ scale: 2, max: '100' }) })
const app = new Hono()
let calls = 0

app.post('/orders', strictValidator('json', order), (c) => {
  calls++
  const body = c.req.valid('json')
  expectTypeOf(body).toEqualTypeOf<{ side: 'buy' | 'sell'; quantity: string }>()
  return c.json({ side: body.side, frozen: Object.isFrozen(body) })
})
app.get(
  '/orders/:id',
  strictValidator('param', z.strictObject({ id: uuid() })),
  strictValidator('query', z.strictObject({ limit: integer({ max: 9 }).optional() })),
  strictValidator('header', z.strictObject({ 'x-account': z.enum(['main']) })),
  (c) => {
    const { limit } = c.req.valid('query')
    expectTypeOf(limit).toEqualTypeOf<number | undefined>()
    return c.json({ id: c.req.valid('param').id, limit: limit ?? null, account: c.req.valid('header')['x-account'] })
  },
)

let server: Server
let port = 0
beforeAll(async () => {
  server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server
  await once(server, 'listening')
  const address = server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
})
afterAll(() => void server.close())

const good = '{"side":"buy","quantity":"1.50"}'
const JSON_TYPE = 'content-type: application/json'

describe('json', () => {
  test('reaches the handler frozen and typed', async () => {
    const answer = await send(port, { headers: [JSON_TYPE], body: good })
    expect(answer).toEqual({ status: 200, body: { side: 'buy', frozen: true } })
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

  test('of 10,241 bytes is refused, in chunks too, and whatever the limit is', async () => {
    const body = `${good.slice(0, -1)}${' '.repeat(10_240)}}`
    expect((await send(port, { headers: [JSON_TYPE], body })).status).toBe(413)
    expect((await send(port, { headers: [JSON_TYPE], body, chunked: true })).status).toBe(413)
    expect((await send(port, { headers: [JSON_TYPE], body: good, chunked: true })).status).toBe(200)
    const small = new Hono().post('/', strictValidator('json', order, { limit: 8 }), (c) => c.json(1))
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: good }
    expect((await small.request('/', init)).status).toBe(413)
  })

  test('that a middleware has read before is an error that says so: two readers, two meanings', async () => {
    const read = new Hono().use(async (c, next) => {
      await c.req.json()
      return next()
    })
    read.post('/', strictValidator('json', order), (c) => c.json(1))
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: good }
    const errors: unknown[] = []
    read.onError((error, c) => {
      errors.push(error)
      return c.text('', 500)
    })
    expect((await read.request('/', init)).status).toBe(500)
    expect(errors).toEqual([expect.objectContaining({ code: 'guard_misused' })])
  })
})

describe('param, query and header', () => {
  const id = '0b9d7c1e-8f7a-4a52-9d5b-0d2a3c4e5f60'
  const get = (target: string, headers = ['x-account: main']) => send(port, { method: 'GET', target, headers })

  test('are typed and transformed', async () => {
    expect((await get(`/orders/${id}?limit=5`)).body).toEqual({ id, limit: 5, account: 'main' })
  })

  test.each([
    ['a bad id', '/orders/1', undefined, '/id'],
    ['a parameter twice', `/orders/${id}?limit=5&limit=6`, undefined, ''],
    ['an unknown parameter', `/orders/${id}?admin=1`, undefined, ''],
    ['a number in other words', `/orders/${id}?limit=0x5`, undefined, '/limit'],
    ['a missing field', `/orders/${id}`, [], '/x-account'],
    ['a field twice', `/orders/${id}`, ['x-account: main', 'x-account: main'], '/x-account'],
  ])('%s is refused', async (_, target, headers, path) => {
    const { status, body } = await get(target, headers)
    expect([status, body.errors[0].path]).toEqual([400, path])
  })
})

test('a schema made before keeps track of what it validated', async () => {
  const strict = deepStrict(order)
  const gate = executionGate({ schema: strict, maxAgeMs: 1_000, rules: [{ name: 'open', check: () => true }] })
  const gated = new Hono().post('/', strictValidator('json', strict), (c) =>
    c.json(gate.execute(c.req.valid('json'), {}, ({ side }) => side)),
  )
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: good }
  expect(await (await gated.request('/', init)).json()).toEqual({ ok: true, result: 'buy' })
  expect(() => strictValidator('header', strict)).toThrow('zod schema only')
})

test('a schema that is not strict is refused when the route is made', () => {
  expect(() => strictValidator('json', z.object({ a: z.string() }))).toThrow('schema is not strict')
  expect(() => strictValidator('param', z.object({ a: z.string() }))).toThrow('schema is not strict')
})
