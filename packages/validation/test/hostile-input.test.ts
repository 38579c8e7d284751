import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { clientOrderId } from '../src/client-order-id.ts'
import { decimal } from '../src/decimal.ts'
import { deepStrict } from '../src/deep-strict.ts'
import { hostileInput } from '../src/hostile-input.ts'
import { publicUrl } from '../src/public-url.ts'
import { text } from '../src/text.ts'

const sample = {
  id: 'a1',
  side: 'buy',
  legs: [{ price: '1.50', open: true }],
  link: 'https://example.com/',
  note: 'hi',
}
const strict = deepStrict(
  z.strictObject({
    id: clientOrderId(),
    side: z.enum(['buy', 'sell']),
    legs: z.array(z.strictObject({ price: decimal({ scale: 2, min: '0.01', max: '1000' }), open: z.boolean() })).max(2),
    link: publicUrl({ hosts: ['example.com'] }),
    note: text({ max: 500 }),
  }),
)

describe('a strict schema', async () => {
  const report = await hostileInput({ sample, accepts: (bytes) => strict.parse(bytes).ok })

  test('lets nothing through but text into free text', () => {
    expect([...new Set(report.passed.map(({ field }) => field))]).toEqual(['/note'])
    expect(report.passed.some(({ payload }) => payload.includes('<script>'))).toBe(true)
    expect(report.count['/note']!['sql']).toBeGreaterThan(1_000)
  })

  test('lets words through where an id is the choice of the caller', () => {
    const ids = report.words.filter(({ field }) => field === '/id').map(({ payload }) => payload)
    expect(ids).toContain('undefined')
    expect(ids.every((payload) => /^[A-Za-z0-9_]+$/.test(payload))).toBe(true)
    expect(report.words.map(({ field }) => field)).not.toContain('/side')
  })

  test('is tried with every value in every field, and every key in every object', () => {
    expect(report.tried).toBe(6 * (510 + 1_267 + 1_544 + 31 + 813 + 223) + 2 * 24)
  })
})

test('what strips, coerces and takes any text lets attacks of every corpus through', async () => {
  const loose = z.object({ id: z.string(), limit: z.coerce.number(), inner: z.object({ open: z.any() }) })
  const accepts = (bytes: Uint8Array): boolean => {
    try {
      return loose.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).success
    } catch {
      return false
    }
  }
  const { count, passed } = await hostileInput({ sample: { id: 'a', limit: 1, inner: { open: true } }, accepts })
  expect(Object.keys(count['/id']!).toSorted()).toEqual(['naughty', 'nosql', 'sql', 'url', 'xss'])
  expect(count['/inner/open']!['json']).toBeGreaterThan(10)
  expect(count['']!['keys']).toBeGreaterThan(20)
  expect(count['/inner']!['keys']).toBeGreaterThan(20)
  expect(passed).toContainEqual({ field: '/inner/open', corpus: 'nosql', payload: '{"$gt": ""}' })
})

test('a service is asked as a schema is, with the corpora that are wanted', async () => {
  const { tried, passed } = await hostileInput({
    sample: 'a',
    corpora: ['nosql'],
    accepts: async (bytes) => Buffer.from(bytes).toString() === '"a"',
  })
  expect([tried, passed]).toEqual([31, []])
})

test('a sample that is refused proves nothing', async () => {
  await expect(hostileInput({ sample, accepts: () => false })).rejects.toThrow('must be accepted')
})
