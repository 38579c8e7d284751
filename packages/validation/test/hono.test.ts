import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import type { Server } from 'node:http'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import { deepStrict } from '../src/deep-strict.ts'
import { executionGate } from '../src/execution-gate.ts'
import { strictValidator } from '../src/hono.ts'
import { adapterSuite, good, headers, order, params, query } from './support/adapter-suite.ts'

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
  strictValidator('param', params),
  strictValidator('query', query),
  strictValidator('header', headers),
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

const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: good }

adapterSuite({ port: () => port, calls: () => calls })

test('a body above the limit of its own is refused', async () => {
  const small = new Hono().post('/', strictValidator('json', order, { limit: 8 }), (c) => c.json(1))
  expect((await small.request('/', init)).status).toBe(413)
})

test('a body that a middleware has read before is an error that says so: two readers, two meanings', async () => {
  const read = new Hono().use(async (c, next) => {
    await c.req.json()
    return next()
  })
  read.post('/', strictValidator('json', order), (c) => c.json(1))
  const errors: unknown[] = []
  read.onError((error, c) => {
    errors.push(error)
    return c.text('', 500)
  })
  expect((await read.request('/', init)).status).toBe(500)
  expect(errors).toEqual([expect.objectContaining({ code: 'guard_misused' })])
})

test('a schema made before keeps track of what it validated', async () => {
  const strict = deepStrict(order)
  const gate = executionGate({ schema: strict, maxAgeMs: 1_000, rules: [{ name: 'open', check: () => true }] })
  const gated = new Hono().post('/', strictValidator('json', strict), (c) =>
    c.json(gate.execute(c.req.valid('json'), {}, ({ side }) => side)),
  )
  expect(await (await gated.request('/', init)).json()).toEqual({ ok: true, result: 'buy' })
  expect(() => strictValidator('header', strict)).toThrow('zod schema only')
})

test('a schema that is not strict is refused when the route is made', () => {
  expect(() => strictValidator('json', z.object({ a: z.string() }))).toThrow('schema is not strict')
  expect(() => strictValidator('param', z.object({ a: z.string() }))).toThrow('schema is not strict')
})
