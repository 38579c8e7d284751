import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deepStrict } from '../src/deep-strict.ts'
import { timestamp } from '../src/timestamp.ts'

const schema = deepStrict(timestamp())

describe('timestamp', () => {
  test.each([
    '2026-11-22T08:00:00Z',
    '2026-11-22T23:59:59.999Z',
    '2028-02-29T00:00:00Z',
    '2000-02-29T00:00:00Z',
    '0004-02-29T00:00:00Z',
    '0000-02-29T00:00:00Z',
    '2026-12-31T00:00:00Z',
    '0001-01-01T00:00:00.000Z',
  ])('%s', (text) => {
    expect(schema.validate(text)).toEqual({ ok: true, value: text })
  })

  test.each<[text: unknown, rule: string]>([
    ['2026-02-30T00:00:00Z', 'no_such_day'],
    ['2027-02-29T00:00:00Z', 'no_such_day'],
    ['2026-04-31T00:00:00Z', 'no_such_day'],
    ['2100-02-29T00:00:00Z', 'no_such_day'],
    ['0001-02-29T00:00:00Z', 'no_such_day'],
    ['2026-01-32T00:00:00Z', 'format'],
    ['2026-01-00T00:00:00Z', 'format'],
    ['2026-13-01T00:00:00Z', 'format'],
    ['2026-00-01T00:00:00Z', 'format'],
    ['2026-01-01T24:00:00Z', 'format'],
    ['2026-01-01T25:00:00Z', 'format'],
    ['2026-12-31T23:59:60Z', 'format'],
    ['2026-11-22T08:00:00+00:00', 'too_long'],
    ['2026-11-22T08:00+00:00', 'format'],
    ['2026-11-22T08:00:00', 'format'],
    ['2026-11-22T08:00Z', 'format'],
    ['2026-11-22T08:00:00.1Z', 'format'],
    ['2026-11-22T08:00:00.1234Z', 'too_long'],
    ['2026-11-22t08:00:00z', 'format'],
    ['2026-11-22 08:00:00Z', 'format'],
    ['+02026-11-22T08:00:00Z', 'format'],
    ['2026-11-22', 'format'],
    ['1763798400', 'format'],
    ['٢٠٢٦-11-22T08:00:00Z', 'format'],
    [1_763_798_400_000, 'type'],
  ])('%j: %s', (text, rule) => {
    expect(schema.validate(text)).toMatchObject({ ok: false, errors: [{ rule }] })
  })

  test('property: every instant of four-digit years, in both spellings', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(schema.validate(date.toISOString()).ok).toBe(true)
          expect(schema.validate(`${date.toISOString().slice(0, 19)}Z`).ok).toBe(true)
        },
      ),
    )
  })
})
