import Fastify from 'fastify'
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import { deepStrict } from '../src/deep-strict.ts'
import { executionGate } from '../src/execution-gate.ts'
import { strictFastify } from '../src/fastify.ts'
import { adapterSuite, good, headers, JSON_TYPE, order, params, query } from './support/adapter-suite.ts'
import { send } from './support/send.ts'

const app = strictFastify(Fastify())
let calls = 0

app.post('/orders', { schema: { body: order } }, ({ body }) => {
  calls++
  expectTypeOf(body).toEqualTypeOf<{ side: 'buy' | 'sell'; quantity: string }>()
  return { side: body.side, frozen: Object.isFrozen(body) }
})
app.get('/orders/:id', { schema: { params, querystring: query, headers } }, (request) => {
  expectTypeOf(request.params).toEqualTypeOf<{ id: string }>()
  expectTypeOf(request.query).toEqualTypeOf<{ limit?: number | undefined }>()
  return { id: request.params.id, limit: request.query.limit ?? null, account: request.headers['x-account'] }
})
app.post('/none', ({ body }) => ({ body: body === undefined }))

let port = 0
beforeAll(async () => {
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
})
afterAll(() => app.close())

adapterSuite({ port: () => port, calls: () => calls })

test('a body without a schema is not read', async () => {
  expect(await send(port, { target: '/none', headers: [JSON_TYPE], body: good })).toEqual({
    status: 200,
    body: { body: true },
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
