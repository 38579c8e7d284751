import { guards } from '@ringfence/guard'
import { violates, verifies } from '@ringfence/policy'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { integer } from '../src/integer.ts'
import { uuid } from '../src/uuid.ts'
import { validHeaders } from '../src/valid-headers.ts'
import { request } from './support/request.ts'

const id = '0b9d7c1e-8f7a-4a52-9d5b-0d2a3c4e5f60'
const chain = guards().use(
  validHeaders(z.strictObject({ 'x-account': uuid(), 'x-depth': integer({ min: 1, max: 9 }).optional() })),
)
const run = (headers: readonly (readonly [string, string])[]): unknown => chain.run(request({ headers }))

/** Does a reader of X-Account refuse every list of fields that is missing, doubled or malformed? */
function refusesAll(accepts: (fields: readonly (readonly [string, string])[]) => boolean): boolean {
  const bad: (readonly [string, string])[][] = [
    [],
    [
      ['X-Account', id],
      ['x-account', id],
    ],
    [
      ['x-account', id],
      ['x-account', 'evil'],
    ],
    [['x-account', `${id}, ${id}`]],
    [['x-account', id.toUpperCase()]],
    [['x-account', '']],
    [
      ['x-account', id],
      ['x-depth', '0x1'],
    ],
  ]
  return bad.every((fields) => !accepts(fields))
}

describe('validHeaders', () => {
  test('adds what the schema names, and looks at nothing else', () => {
    const outcome = run([
      ['X-Account', id],
      ['x-depth', '3'],
      ['x-other', 'a'],
      ['x-other', 'b'],
    ])
    expect(outcome).toMatchObject({ ok: true, adds: { headers: { 'x-account': id, 'x-depth': 3 } } })
  })

  test.each<[what: string, headers: [string, string][], path: string, rule: string]>([
    ['none', [], '/x-account', 'required'],
    [
      'two',
      [
        ['x-account', id],
        ['X-Account', id],
      ],
      '/x-account',
      'repeated',
    ],
    ['a list in one', [['x-account', `${id},${id}`]], '/x-account', 'too_long'],
    ['another format', [['x-account', 'evil']], '/x-account', 'format'],
    [
      'a number out of range',
      [
        ['x-account', id],
        ['x-depth', '10'],
      ],
      '/x-depth',
      'too_long',
    ],
  ])('%s: %s', (_, headers, path, rule) => {
    expect(run(headers)).toMatchObject({ ok: false, code: 'request_malformed', members: { errors: [{ path, rule }] } })
  })

  verifies('TR-03/headers', 'a missing, doubled or malformed header is refused', () => {
    expect(refusesAll((fields) => (run(fields) as { ok: boolean }).ok)).toBe(true)
  })

  violates('TR-03/headers', 'a reader that takes the first of two lets a doubled header through', () => {
    const first = (fields: readonly (readonly [string, string])[]): boolean =>
      uuid().safeParse(fields.find(([name]) => name.toLowerCase() === 'x-account')?.[1]).success
    expect(refusesAll(first)).toBe(false)
  })

  test.each<[what: string, schema: z.ZodType<object>]>([
    ['no object', z.array(uuid()).max(1)],
    ['an empty object', z.strictObject({})],
    ['upper case', z.strictObject({ 'X-Account': uuid() })],
    ['a space', z.strictObject({ 'x account': uuid() })],
  ])('%s is refused at start-up', (_, schema) => {
    expect(() => validHeaders(schema)).toThrow(/field names in lower case/)
  })
})
