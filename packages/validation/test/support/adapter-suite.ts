import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { decimal } from '../../src/decimal.ts'
import { integer } from '../../src/integer.ts'
import { uuid } from '../../src/uuid.ts'
import { send } from './send.ts'

/** The schemas of the two routes that every adapter serves for {@link adapterSuite}. */
export const order: z.ZodType<Order, Order> = z.strictObject({
  side: z.enum(['buy', 'sell']),
  quantity: decimal({ scale: 2, max: '100' }),
})
export const params: z.ZodType<{ id: string }, object> = z.strictObject({ id: uuid() })
export const query: z.ZodType<{ limit?: number | undefined }, object> = z.strictObject({
  limit: integer({ max: 9 }).optional(),
})
export const headers: z.ZodType<{ 'x-account': 'main' }, object> = z.strictObject({ 'x-account': z.enum(['main']) })

export const good = '{"side":"buy","quantity":"1.50"}'
export const JSON_TYPE = 'content-type: application/json'

interface Order {
  side: 'buy' | 'sell'
  quantity: string
}

/** What an adapter serves: `POST /orders` answers side and frozen, `GET /orders/:id` what it was asked for. */
export interface Served {
  readonly port: () => number
  /** How often the handler of `POST /orders` has run. */
  readonly calls: () => number
}

/** What must hold of every adapter, over a socket. */
export function adapterSuite({ port, calls }: Served): void {
  describe('a body', () => {
    test('reaches the handler frozen and typed', async () => {
      const answer = await send(port(), { headers: [JSON_TYPE], body: good })
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
    ])('with %s is refused', async (_, lines, body, status, rule) => {
      const before = calls()
      const answer = await send(port(), { headers: lines, body })
      expect([answer.status, answer.body.errors?.[0].rule ?? '']).toEqual([status, rule])
      expect(calls()).toBe(before)
    })

    test('of 10,241 bytes is refused, in chunks too', async () => {
      const body = `${good.slice(0, -1)}${' '.repeat(10_240)}}`
      expect((await send(port(), { headers: [JSON_TYPE], body })).status).toBe(413)
      expect((await send(port(), { headers: [JSON_TYPE], body, chunked: true })).status).toBe(413)
      expect((await send(port(), { headers: [JSON_TYPE], body: good, chunked: true })).status).toBe(200)
    })
  })

  describe('path, query and headers', () => {
    const id = '0b9d7c1e-8f7a-4a52-9d5b-0d2a3c4e5f60'
    const get = (target: string, lines = ['x-account: main']) => send(port(), { method: 'GET', target, headers: lines })

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
    ])('%s is refused', async (_, target, lines, path) => {
      const { status, body } = await get(target, lines)
      expect([status, body.errors[0].path]).toEqual([400, path])
    })
  })
}
