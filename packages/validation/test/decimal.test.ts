import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decimal } from '../src/decimal.ts'
import { deepStrict } from '../src/deep-strict.ts'

const quantity = deepStrict(decimal({ scale: 8, min: '0.00000001', max: '1000' }))
const signed = deepStrict(decimal({ scale: 2, min: '-5', max: '5' }))

describe('decimal accepts', () => {
  test.each(['0.00000001', '1', '1.5', '1.50000000', '1000', '1000.00', '999.99999999'])('%s', (text) => {
    expect(quantity.validate(text)).toEqual({ ok: true, value: text })
  })
  test.each(['-5', '-0.01', '0', '0.00', '5.00'])('%s with a sign allowed', (text) => {
    expect(signed.validate(text)).toEqual({ ok: true, value: text })
  })
})

describe('decimal refuses', () => {
  test.each<[text: unknown, rule: string]>([
    ['0', 'too_small'],
    ['0.00', 'too_small'],
    ['1000.00000001', 'too_big'],
    ['9999', 'too_big'],
    ['10000', 'format'],
    ['1.123456789', 'format'],
    ['1000.123456789', 'too_long'],
    ['-1', 'format'],
    ['-0', 'format'],
    ['+1', 'format'],
    ['1e2', 'format'],
    ['1E2', 'format'],
    ['01', 'format'],
    ['.5', 'format'],
    ['5.', 'format'],
    ['0x10', 'format'],
    ['1_0', 'format'],
    ['1,5', 'format'],
    [' 1', 'format'],
    ['1 ', 'format'],
    ['1\n', 'format'],
    ['1\u0000', 'format'],
    ['١', 'format'],
    ['１', 'format'],
    ['', 'format'],
    ['NaN', 'format'],
    ['Infinity', 'format'],
    ['9'.repeat(10_000), 'too_long'],
    [1, 'type'],
    [null, 'type'],
    [true, 'type'],
    [['1'], 'type'],
    [{ valueOf: 1 }, 'type'],
  ])('%j: %s', (text, rule) => {
    expect(quantity.validate(text)).toMatchObject({ ok: false, errors: [{ path: '', rule }] })
  })

  test.each([
    ['-0', 'format'],
    ['-0.00', 'format'],
    ['-5.01', 'too_small'],
    ['--5', 'format'],
    ['-', 'format'],
  ])('%s with a sign allowed: %s', (text, rule) => {
    expect(signed.validate(text)).toMatchObject({ ok: false, errors: [{ path: '', rule }] })
  })
})

test('bounds beyond what a double can tell apart', () => {
  const wide = deepStrict(decimal({ scale: 2, min: '9007199254740993', max: '9007199254740993.01' }))
  expect(wide.validate('9007199254740992')).toMatchObject({ errors: [{ rule: 'too_small' }] })
  expect(wide.validate('9007199254740993')).toMatchObject({ ok: true })
  expect(wide.validate('9007199254740993.01')).toMatchObject({ ok: true })
  expect(wide.validate('9007199254740993.02')).toMatchObject({ errors: [{ rule: 'too_big' }] })
})

test('property: it accepts exactly the multiples of its scale within its bounds', () => {
  fc.assert(
    fc.property(fc.nat({ max: 40_000 }), fc.nat({ max: 3 }), fc.nat({ max: 200 }), (units, scale, max) => {
      const digits = String(units).padStart(scale + 1, '0')
      const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
      const accepted = decimal({ scale: 2, max: String(max) }).safeParse(text).success
      expect(accepted).toBe(scale <= 2 && units <= max * 10 ** scale)
    }),
  )
})

test.each([
  { scale: 19, max: '1' },
  { scale: -1, max: '1' },
  { scale: 1.5, max: '1' },
  { scale: 2, max: '1e3' },
  { scale: 2, min: '2', max: '1' },
])('%o is no range', (options) => {
  expect(() => decimal(options)).toThrow(/decimal/)
})
