import { Ajv2020 } from 'ajv/dist/2020.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { clientOrderId } from '../src/client-order-id.ts'
import { decimal } from '../src/decimal.ts'
import { deepStrict } from '../src/deep-strict.ts'
import { symbol } from '../src/symbol.ts'
import { text } from '../src/text.ts'
import { timestamp } from '../src/timestamp.ts'
import { uuid } from '../src/uuid.ts'
import { schemasWithValues } from './support/random-schema.ts'

const schema = deepStrict(
  z.strictObject({
    id: clientOrderId(),
    symbol: symbol(),
    side: z.enum(['buy', 'sell']),
    quantity: decimal({ scale: 2, max: '100' }),
    at: timestamp().optional(),
    ref: uuid().nullable().optional(),
    note: text({ max: 5 }).optional(),
    legs: z
      .array(z.strictObject({ n: z.int().min(0).max(9) }))
      .max(2)
      .optional(),
  }),
)
const published = schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' })
const accepts = new Ajv2020({ strict: true }).compile(published)

/** What JSON Schema has no words for, so that only the runtime refuses it. */
const RUNTIME_ONLY = new Set(['too_small', 'too_big', 'characters', 'not_nfc', 'no_such_day'])

const word = fc.constantFrom(
  'a1',
  '',
  'BTC-USD',
  'btc',
  'buy',
  'hold',
  '1.50',
  '101',
  '100',
  '1e2',
  '-0',
  '2026-11-22T08:00:00Z',
  '2026-02-30T00:00:00Z',
  '0b9d7c1e-8f7a-4a52-9d5b-0d2a3c4e5f60',
  'x'.repeat(40),
  'a\u202eb',
  'e\u0301',
  '😀😀😀😀😀',
  '😀😀😀😀😀😀',
)
const value = fc.oneof(
  word,
  fc.integer({ min: -1, max: 11 }),
  fc.boolean(),
  fc.constant(null),
  fc.double(),
  fc.constant([]),
)
const good = { id: 'a1', symbol: 'BTC-USD', side: 'buy', quantity: '1.50' }
const document = fc
  .record(
    {
      id: value,
      symbol: value,
      side: value,
      quantity: value,
      at: value,
      ref: value,
      note: value,
      legs: fc.array(fc.oneof(fc.record({ n: value }), value), { maxLength: 3 }),
      more: value,
    },
    { requiredKeys: [] },
  )
  .chain((odd) =>
    fc
      .subarray(Object.keys(odd))
      .map((kept) => ({ ...good, ...Object.fromEntries(kept.map((key) => [key, odd[key as keyof typeof odd]])) })),
  )

describe('the published JSON Schema', () => {
  test('is closed at every level', () => {
    const objects = JSON.stringify(published).match(/"type":"object"/g)
    expect(JSON.stringify(published).match(/"additionalProperties":false/g)).toHaveLength(objects!.length)
  })

  test('agrees with the runtime: 5,000 documents', () => {
    const seen = { accepted: 0, refused: 0 }
    fc.assert(
      fc.property(document, (candidate) => {
        const verdict = schema.validate(candidate)
        if (verdict.ok) {
          seen.accepted++
          expect(accepts(candidate), JSON.stringify(candidate)).toBe(true)
        } else {
          seen.refused++
          const described = verdict.errors.some(({ rule }) => !RUNTIME_ONLY.has(rule))
          // A number has a range in JSON Schema; a decimal in a string has not.
          const ranged = verdict.errors.some(({ path, rule }) => path.startsWith('/legs') && RUNTIME_ONLY.has(rule))
          expect(accepts(candidate), JSON.stringify([candidate, verdict])).toBe(!described && !ranged)
        }
      }),
      { numRuns: 5_000 },
    )
    expect(seen.accepted).toBeGreaterThan(100)
    expect(seen.refused).toBeGreaterThan(1_000)
  })

  test('agrees with the runtime for 1,000 random schemas', () => {
    const seen = { accepted: 0, refused: 0 }
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictTuples: false })
    fc.assert(
      fc.property(schemasWithValues, ({ schema: random, value: candidate }) => {
        const json = JSON.stringify(candidate)
        if (json === undefined) return
        const document: unknown = JSON.parse(json)
        const strict = deepStrict(random)
        const { ok } = strict.validate(document)
        expect(ajv.validate(strict['~standard'].jsonSchema.input({ target: 'draft-2020-12' }), document)).toBe(ok)
        seen[ok ? 'accepted' : 'refused']++
      }),
      { numRuns: 1_000 },
    )
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(100)
  })
})
