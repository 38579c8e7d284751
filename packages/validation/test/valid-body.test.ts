import { violates, verifies } from '@ringfence/policy'
import { type Deny, guards, type Outcome, problem } from '@ringfence/guard'
import { randomUUID } from 'node:crypto'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { decimal } from '../src/decimal.ts'
import { text } from '../src/text.ts'
import { validBody } from '../src/valid-body.ts'
import { bytes, request } from './support/request.ts'

const schema = z.strictObject({ note: text({ max: 10_000 }), quantity: decimal({ scale: 2, max: '10' }) })
const guard = validBody(schema)
const good = '{"note":"hi","quantity":"1.5"}'

type Parts = Parameters<typeof request>[0]
const run = (parts: Parts): Outcome<object> | Promise<Outcome<object>> => guards().use(guard).run(request(parts))

describe('media type', () => {
  test.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json \t; charset=utf-8 ',
  ])('%s is JSON', (type) => {
    expect(run({ headers: [['content-type', type]], body: good })).toMatchObject({ ok: true })
  })

  test.each<[what: string, headers: [string, string][]]>([
    ['none', []],
    ['empty', [['content-type', '']]],
    ['text', [['content-type', 'text/plain']]],
    ['a form', [['content-type', 'application/x-www-form-urlencoded']]],
    ['a lookalike', [['content-type', 'application/jsonp']]],
    ['a suffix', [['content-type', 'application/vnd.api+json']]],
    ['another charset', [['content-type', 'application/json; charset=utf-16']]],
    ['a further parameter', [['content-type', 'application/json; charset=utf-8; q=1']]],
    [
      'two, equal',
      [
        ['content-type', 'application/json'],
        ['Content-Type', 'application/json'],
      ],
    ],
    ['two in one', [['content-type', 'application/json, text/plain']]],
    [
      'gzip',
      [
        ['content-type', 'application/json'],
        ['content-encoding', 'gzip'],
      ],
    ],
    [
      'identity, which is no coding',
      [
        ['content-type', 'application/json'],
        ['content-encoding', 'identity'],
      ],
    ],
  ])('%s is refused, and the body stays unread', (_, headers) => {
    let read = 0
    const parts = request({ headers, body: good })
    const spied = { ...parts, header: parts.header.bind(parts), body: () => (read++, bytes(good)) } as never
    expect(guard.check(spied, {})).toMatchObject({
      ok: false,
      code: 'media_type_unsupported',
      headers: [['accept-encoding', 'identity']],
    })
    expect(read).toBe(0)
  })

  test('compressed bytes under a plain declaration are not JSON', () => {
    for (const body of [gzipSync(good), brotliCompressSync('"'.padEnd(5_000_000))]) {
      expect(run({ body })).toMatchObject({ ok: false, code: 'body_malformed' })
    }
  })
})

describe('size, in bytes', () => {
  const padded = (size: number): string => good.replace('hi', 'x'.repeat(size - bytes(good).length + 2))
  test('10,240 pass the size, 10,241 do not', () => {
    expect(bytes(padded(10_241)).length).toBe(10_241)
    expect(run({ body: padded(4_000) })).toMatchObject({ ok: true })
    expect(run({ body: padded(10_240) })).toMatchObject({
      code: 'body_malformed',
      members: { errors: [{ rule: 'string_too_long' }] },
    })
    expect(run({ body: padded(10_241) })).toMatchObject({ ok: false, code: 'body_too_large' })
  })

  test('6,008 characters that are 12,000 bytes are too many', () => {
    expect(run({ body: good.replace('hi', 'é'.repeat(5_990)) })).toMatchObject({ ok: false, code: 'body_too_large' })
  })

  test('a limit of the route', () => {
    const small = guards().use(validBody(schema, { limit: 29 }))
    expect(small.run(request({ body: good }))).toMatchObject({ ok: false, code: 'body_too_large' })
    expect(
      guards()
        .use(validBody(schema, { limit: 30 }))
        .run(request({ body: good })),
    ).toMatchObject({ ok: true })
  })
})

describe('what the handler gets', () => {
  test('exactly the schema, frozen', () => {
    const outcome = run({ body: good })
    expect(outcome).toEqual({ ok: true, adds: { input: { note: 'hi', quantity: '1.5' } }, headers: undefined })
    expect(outcome).not.toBeInstanceOf(Promise)
    expect(Object.isFrozen((outcome as unknown as { adds: { input: object } }).adds.input)).toBe(true)
  })

  test('the same when the body arrives later', async () => {
    expect(await run({ body: Promise.resolve(bytes(good)) })).toMatchObject({
      ok: true,
      adds: { input: { note: 'hi' } },
    })
  })
})

describe('refusals name path and rule', () => {
  test.each<[body: string, code: string, errors: unknown]>([
    ['', 'body_malformed', [{ path: '', rule: 'not_json' }]],
    ['{"note":"a","note":"b","quantity":"1"}', 'body_malformed', [{ path: '', rule: 'key_duplicate' }]],
    ['{"n\\u006fte":"a","quantity":"1"}', 'body_malformed', [{ path: '', rule: 'key_escaped' }]],
    ['{"__proto__":{"note":"a"},"quantity":"1"}', 'body_malformed', [{ path: '', rule: 'key_forbidden' }]],
    ['{"note":"a","quantity":"1","admin":true}', 'body_invalid', [{ path: '', rule: 'unknown_key' }]],
    ['{"note":"a\\u202eb","quantity":"1"}', 'body_invalid', [{ path: '/note', rule: 'characters' }]],
    ['{"note":"a","quantity":1}', 'body_invalid', [{ path: '/quantity', rule: 'type' }]],
    ['{"note":"a","quantity":"11"}', 'body_invalid', [{ path: '/quantity', rule: 'too_big' }]],
    ['{"quantity":"1"}', 'body_invalid', [{ path: '/note', rule: 'required' }]],
    ['[]', 'body_invalid', [{ path: '', rule: 'type' }]],
  ])('%s', (body, code, errors) => {
    expect(run({ body })).toMatchObject({ ok: false, code, members: { errors } })
  })

  test('a 10 KB document of 1,000 faults makes an answer below 1 KB', () => {
    const body = `{${Array.from({ length: 990 }, (_, i) => `"k${i}":1`).join()}}`
    const outcome = run({ body }) as Deny
    expect(problem(outcome, randomUUID()).body.length).toBeLessThan(1_024)
  })

  test('so do eight fields with long names and long rules', () => {
    const rule = { params: { rule: 'r'.repeat(32) } }
    const names = Array.from({ length: 10 }, (_, i) => `${'ü'.repeat(60)}${i}`)
    const schema = z.strictObject(Object.fromEntries(names.map((name) => [name, z.int().refine(() => false, rule)])))
    const body = JSON.stringify(Object.fromEntries(names.map((name) => [name, 1])))
    const outcome = validBody(schema).check(request({ body }), {}) as Deny
    const document = problem(outcome, randomUUID()).body
    expect(Buffer.byteLength(document)).toBeLessThan(1_024)
    expect(JSON.parse(document).errors.length).toBeGreaterThan(2)
  })
})

test('a schema that is not strict is refused at start-up', () => {
  expect(() => validBody(z.object({ a: z.string() }))).toThrow(/not strict/)
})

describe('policy', () => {
  const undescribed = [
    '{"note":"a","quantity":"1","admin":true}',
    '{"note":"a","quantity":"1","quantity":"9"}',
    '{"note":"a","quantity":1}',
    '{"note":"a","quantity":"1e0"}',
    '{"note":"a"}',
    '{"note":"a","quantity":"1"} ,',
    '[]',
    '',
  ]
  const refusesAll = (accepts: (body: string) => boolean): boolean => undescribed.every((body) => !accepts(body))

  verifies(['TR-03/body', 'TS-01'], 'a body that the schema does not describe is refused before the handler', () => {
    expect(refusesAll((body) => (run({ body }) as Outcome<object>).ok)).toBe(true)
    expect(run({ body: good })).toMatchObject({ ok: true })
  })

  violates(['TR-03/body', 'TS-01'], 'JSON.parse and a plain object schema let them in', () => {
    const plain = z.object({ note: z.string(), quantity: z.coerce.string() })
    const accepts = (body: string): boolean => {
      try {
        return plain.safeParse(JSON.parse(body)).success
      } catch {
        return false
      }
    }
    expect(refusesAll(accepts)).toBe(false)
  })
})
