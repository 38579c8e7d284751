import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { clientOrderId } from '../src/client-order-id.ts'
import { decimal } from '../src/decimal.ts'
import { Decimal } from '../src/decimal-value.ts'
import { deepStrict } from '../src/deep-strict.ts'
import { declaresJson } from '../src/declares-json.ts'
import { parseJson } from '../src/parse-json.ts'
import { parseQuery } from '../src/parse-query.ts'
import { PUBLIC_URL, publicUrl } from '../src/public-url.ts'
import { symbol } from '../src/symbol.ts'
import { text } from '../src/text.ts'
import { timestamp } from '../src/timestamp.ts'
import { uuid } from '../src/uuid.ts'
import { validParams } from '../src/valid-params.ts'
import { bytes, request } from './support/request.ts'

const wide = { bytes: 64_000_000, elements: 10_000_000, depth: 256, stringLength: 64_000_000 }
const json = (make: (n: number) => string) => (n: number) => {
  const document = bytes(make(n))
  return () => parseJson(document, wide)
}
const path = validParams(z.strictObject({ id: uuid() }))
const on = (pattern: RegExp | z.ZodString, make: (n: number) => string) => (n: number) => {
  const input = make(n)
  return () => (pattern instanceof RegExp ? pattern.test(input) : pattern.safeParse(input))
}

describe('time grows linearly with the input: exponent of a log-log fit at most 1.2', () => {
  test.each<[what: string, run: (n: number) => () => unknown]>([
    ['numbers', json((n) => `[${'1,'.repeat(n)}1]`)],
    ['a long number', json((n) => `[${'1'.repeat(n)}]`)],
    ['zeros', json((n) => `[0.${'0'.repeat(n)}1]`)],
    ['inexact candidates', json((n) => `[${'12345678901234567e-3,'.repeat(n / 8)}1]`)],
    ['a long string', json((n) => `"${'x'.repeat(n * 2)}"`)],
    ['backslashes', json((n) => `"${'\\\\'.repeat(n)}"`)],
    ['quotes', json((n) => '"'.repeat(n * 2))],
    ['open strings', json((n) => `{"a":"\\\\${'\\"'.repeat(n)}`)],
    ['brackets', json((n) => '['.repeat(n))],
    ['objects', json((n) => `[${'{"a":1,"b":{"c":2}},'.repeat(n / 2)}1]`)],
    ['one key again and again', json((n) => `{${'"k":1,'.repeat(n)}"k":1}`)],
    ['surrogates', json((n) => `"${'\\ud800'.repeat(n * 2)}"`)],
    ['a URL of labels', on(PUBLIC_URL, (n) => `https://${'a.'.repeat(n)}!`)],
    ['a URL of hyphens', on(PUBLIC_URL, (n) => `https://a${'-'.repeat(n * 2)}.com`)],
    ['a URL of escapes', on(PUBLIC_URL, (n) => `https://a.com/${'%41'.repeat(n)}%4`)],
    ['free text', on(text({ max: 10_000 }), (n) => `${'é\u200d'.repeat(n / 8)}\u0000`)],
    [
      'a content type',
      (n) => () => declaresJson(request({ headers: [['content-type', `application/json${' '.repeat(n * 8)};`]] })),
    ],
    ['a path', (n) => () => path.check(request({ route: 'GET /:id', target: `/${'%41'.repeat(n)}` }), {})],
    ['a query', (n) => () => parseQuery(`a=${'%41'.repeat(n)}`)],
  ])('%s', (_, run) => {
    expect(exponent(run)).toBeLessThanOrEqual(1.2)
  })

  test('the fit sees quadratic time where it is', () => {
    const quadratic = (n: number) => () => {
      let sum = 0
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum += j & i
      return sum
    }
    expect(exponent((n) => quadratic(n / 16))).toBeGreaterThan(1.2)
  })
})

describe('a hostile 10 KB document is refused in under a millisecond', () => {
  const order = deepStrict(
    z.strictObject({
      id: clientOrderId(),
      uuid: uuid(),
      symbol: symbol(),
      quantity: decimal({ scale: 8, max: '1000' }),
      at: timestamp(),
      url: publicUrl({ hosts: '*' }),
      note: text({ max: 5_000 }),
      legs: z.array(z.strictObject({ symbol: symbol() })).max(8),
    }),
  )
  test.each<[what: string, document: string]>([
    ['brackets', '['.repeat(10_240)],
    ['unknown keys', `{${Array.from({ length: 990 }, (_, i) => `"k${i}":1`).join()}}`],
    ['too many elements', `{"legs":[${'{"symbol":"a"},'.repeat(480)}1]}`],
    ['wrong elements', `{"legs":[${'1,'.repeat(900)}1]}`],
    ['long strings', `{"note":"${'\\u0000'.repeat(650)}","url":"https://${'a.'.repeat(2_000)}"}`],
    ['numbers', `[${'1e-3,'.repeat(2_047)}1]`],
    ['long numbers', `[${'0.10000000000000000000,'.repeat(400)}1]`],
    ['huge numbers', `[${'1e300,'.repeat(1_700)}1]`],
    ['marks in the wrong order', `{"note":"${'\u0315\u0300'.repeat(2_000)}"}`],
    ['marks', `{"note":"${'e\\u0301'.repeat(400)}"}`],
  ])('%s', (_, document) => {
    const body = bytes(document)
    const judge = (): boolean => {
      const read = parseJson(body)
      return read.ok && order.validate(read.value).ok
    }
    expect(body.length).toBeLessThanOrEqual(10_240)
    expect(judge()).toBe(false)
    expect(fastest(judge, 20)).toBeLessThan(1)
  })
})

test('a decimal has at most 64 characters, so bigint work is bounded', () => {
  expect(() => Decimal.parse('9'.repeat(65))).toThrow()
})

/**
 * The slope of log(time) over log(n), over the fastest time of each n. Another process can only make a time longer, so
 * it measures on while the slope is too steep, up to 60 rounds: what is truly steep stays so.
 */
function exponent(run: (n: number) => () => unknown): number {
  const points = [4_000, 8_000, 16_000, 32_000].map((n) => ({ n, work: run(n), best: Infinity }))
  for (let round = 1; ; round++) {
    for (const point of points) point.best = Math.min(point.best, elapsed(point.work))
    const steepness = slope(points.map(({ n, best }) => [Math.log(n), Math.log(best)]))
    if (round === 60 || (round >= 5 && steepness <= 1.2)) return steepness
  }
}

function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (index: 0 | 1): number => points.reduce((sum, point) => sum + point[index], 0) / points.length
  const [x, y] = [mean(0), mean(1)]
  const covariance = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0)
  return covariance / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0)
}

function fastest(work: () => unknown, runs: number): number {
  return Math.min(...Array.from({ length: runs }, () => elapsed(work)))
}

/** Milliseconds. */
function elapsed(work: () => unknown): number {
  const started = performance.now()
  work()
  return performance.now() - started
}
