import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isExactNumber } from '../src/exact-number.ts'

describe('isExactNumber', () => {
  test.each([
    '0',
    '-0',
    '0e999999',
    '1',
    '-12.50',
    '1e5',
    '1E+5',
    '0.1',
    '1e21',
    '9007199254740992',
    '5e-324',
    '1.7976931348623157e308',
    '100000000000000000000',
    '1.000000000000000000000',
    '4.35',
  ])('%s', (text) => {
    expect(isExactNumber(text)).toBe(true)
  })

  test.each([
    '9007199254740993',
    '1e309',
    '-1e309',
    '1e-400',
    '0.1000000000000000055511151231257827',
    '123456789012345678',
    '1.7976931348623159e308',
    '0.30000000000000004001',
  ])('not %s', (text) => {
    expect(isExactNumber(text)).toBe(false)
  })

  test('every double is exact in its own spelling', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => isExactNumber(String(value))))
  })

  test('an integer that is exact comes back as it was', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 2n ** 53n, max: 10n ** 21n - 1n }), (value) => {
        expect(isExactNumber(value.toString())).toBe(String(Number(value)) === value.toString())
      }),
    )
  })
})
