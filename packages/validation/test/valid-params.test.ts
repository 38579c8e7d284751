import { violates, verifies } from '@ringfence/policy'
import { guards } from '@ringfence/guard'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { integer } from '../src/integer.ts'
import { text } from '../src/text.ts'
import { uuid } from '../src/uuid.ts'
import { validParams } from '../src/valid-params.ts'
import { request } from './support/request.ts'

const id = '0b9d7c1e-8f7a-4a52-9d5b-0d2a3c4e5f60'
const chain = guards().use(validParams(z.strictObject({ id: uuid() })))
const run = (target: string, route = 'GET /v1/orders/:id'): unknown => chain.run(request({ route, target }))

describe('validParams', () => {
  test('reads the parameters of the route from the raw target', () => {
    expect(run(`/v1/orders/${id}`)).toMatchObject({ ok: true, adds: { params: { id } } })
    expect(run(`/v1/orders/${id}?x=/y`)).toMatchObject({ ok: true, adds: { params: { id } } })
  })

  test('several, decoded', () => {
    const two = guards().use(validParams(z.strictObject({ name: text({ max: 9 }), n: integer({ max: 9 }) })))
    const outcome = two.run(request({ route: 'GET /a/:name/b/:n', target: '/a/x%20+%C3%A9/b/7' }))
    expect(outcome).toMatchObject({ ok: true, adds: { params: { name: 'x +é', n: 7 } } })
  })

  test.each<[target: string, rule: string]>([
    [`/v1/orders/${id.toUpperCase()}`, 'format'],
    [`/v1/orders/${id}0`, 'too_long'],
    ['/v1/orders/1%27%20OR%201=1', 'format'],
    ['/v1/orders/%2e%2e', 'format'],
    ['/v1/orders/%ff', 'not_path'],
    ['/v1/orders/', 'not_path'],
    ['/v1/orders', 'not_path'],
    [`/v1/orders/${id}/fills`, 'not_path'],
    [`/v1/Orders/${id}`, 'not_path'],
  ])('%s is refused: %s', (target, rule) => {
    expect(run(target)).toMatchObject({ ok: false, code: 'query_invalid', members: { errors: [{ rule }] } })
  })

  test('a route whose parameter the schema does not know refuses every request', () => {
    expect(run(`/v1/orders/${id}`, 'GET /v1/orders/:other')).toMatchObject({ ok: false, code: 'query_invalid' })
  })
})

describe('policy', () => {
  const bad = ['..', '%2e%2e', "1'--", id.toUpperCase(), `${id}%00`, 'undefined'].map((last) => `/v1/orders/${last}`)
  const refusesAll = (accepts: (target: string) => boolean): boolean => bad.every((target) => !accepts(target))

  verifies('TR-03/path', 'a path parameter outside its pattern is refused', () => {
    expect(refusesAll((target) => (run(target) as { ok: boolean }).ok)).toBe(true)
    expect(run(`/v1/orders/${id}`)).toMatchObject({ ok: true })
  })

  violates('TR-03/path', 'a parameter of any characters but a slash lets them in', () => {
    expect(refusesAll((target) => /^\/v1\/orders\/[^/]+$/.test(target))).toBe(false)
  })
})
