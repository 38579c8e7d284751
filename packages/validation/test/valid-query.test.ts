import { violates, verifies } from '@ringfence/policy'
import { guards } from '@ringfence/guard'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { integer } from '../src/integer.ts'
import { symbol } from '../src/symbol.ts'
import { text } from '../src/text.ts'
import { validQuery } from '../src/valid-query.ts'
import { request } from './support/request.ts'

const chain = guards().use(
  validQuery(
    z.strictObject({
      limit: integer({ min: 1, max: 100 }).optional(),
      symbol: symbol().optional(),
      note: text({ max: 20 }).optional(),
    }),
  ),
)
const run = (query: string): unknown => chain.run(request({ route: 'GET /v1/orders', target: `/v1/orders${query}` }))

describe('validQuery adds', () => {
  test.each<[query: string, expected: object]>([
    ['', {}],
    ['?limit=5', { limit: 5 }],
    ['?symbol=BTC-USD&limit=100', { symbol: 'BTC-USD', limit: 100 }],
    ['?note=a%20b%3Dc%26d=e%2B', { note: 'a b=c&d=e+' }],
    ['?note=%C3%A9', { note: 'é' }],
  ])('%s', (query, expected) => {
    expect(run(query)).toMatchObject({ ok: true, adds: { query: expected } })
  })
})

describe('validQuery refuses', () => {
  test.each<[query: string, path: string, rule: string]>([
    ['?limit=5&limit=6', '', 'not_query'],
    ['?limit=5&limit=5', '', 'not_query'],
    ['?l%69mit=5', '', 'not_query'],
    ['?limit=5&l%69mit=6', '', 'not_query'],
    ['?limit', '', 'not_query'],
    ['?=5', '', 'not_query'],
    ['?&limit=5', '', 'not_query'],
    ['?limit=5&', '', 'not_query'],
    ['?limit[]=5', '', 'not_query'],
    ['?__proto__=5', '', 'not_query'],
    ['?note=a+b', '', 'not_query'],
    ['?note=%', '', 'not_query'],
    ['?note=%zz', '', 'not_query'],
    ['?note=%ff', '', 'not_query'],
    ['?note=%c0%af', '', 'not_query'],
    ['?note=%ed%a0%80', '', 'not_query'],
    [`?${Array.from({ length: 33 }, (_, i) => `p${i}=1`).join('&')}`, '', 'not_query'],
    ['?note=%00', '/note', 'characters'],
    ['?limit=0', '/limit', 'too_small'],
    ['?limit=101', '/limit', 'too_big'],
    ['?limit=05', '/limit', 'format'],
    ['?limit=0x5', '/limit', 'format'],
    ['?limit=1e1', '/limit', 'format'],
    ['?limit=5.0', '/limit', 'format'],
    ['?limit=1000', '/limit', 'too_long'],
    ['?limit=%20', '/limit', 'format'],
    ['?limit=', '/limit', 'format'],
    ['?symbol=btc', '/symbol', 'format'],
    ['?admin=1', '', 'unknown_key'],
    ['?constructor=1', '', 'unknown_key'],
  ])('%s', (query, path, rule) => {
    expect(run(query)).toMatchObject({ ok: false, code: 'query_invalid', members: { errors: [{ path, rule }] } })
  })
})

describe('policy', () => {
  const bad = ['?limit=5&limit=6', '?limit=abc', '?limit=', '?limit=%', '?limit=5&admin=1', '?l%69mit=5', '?limit=0x5']
  const refusesAll = (accepts: (query: string) => boolean): boolean => bad.every((query) => !accepts(query))

  verifies('TR-03/query', 'an unknown, repeated or malformed query parameter is refused', () => {
    expect(refusesAll((query) => (run(query) as { ok: boolean }).ok)).toBe(true)
    expect(run('?limit=5')).toMatchObject({ ok: true })
  })

  violates('TR-03/query', 'URLSearchParams and Number let them in', () => {
    expect(refusesAll((query) => Number(new URLSearchParams(query).get('limit')) >= 0)).toBe(false)
  })
})
