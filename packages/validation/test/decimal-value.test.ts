import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Decimal } from '../src/decimal-value.ts'

const D = Decimal.parse.bind(Decimal)

describe('parse', () => {
  test.each([
    ['0', 0n, 0],
    ['0.00', 0n, 2],
    ['12.50', 1250n, 2],
    ['-0.01', -1n, 2],
    ['-12', -12n, 0],
    ['9007199254740993.1', 90071992547409931n, 1],
  ] as const)('%s', (text, units, scale) => {
    expect(D(text)).toMatchObject({ units, scale })
  })

  test.each([
    '',
    ' ',
    '1 ',
    ' 1',
    '+1',
    '-0',
    '-0.0',
    '01',
    '00',
    '.5',
    '5.',
    '1.2.3',
    '1e3',
    '1E3',
    '1_000',
    '1,5',
    '0x10',
    'NaN',
    'Infinity',
    '--1',
    '1-',
    '١',
    '１',
    '1\n',
    '1\u0000',
    '9'.repeat(65),
  ])('%j is no decimal', (text) => {
    expect(() => D(text)).toThrow('a decimal is digits')
  })

  test.each([1, 1n, null, undefined, ['1'], { toString: () => '1' }])('%o is no text', (value) => {
    expect(() => D(value as string)).toThrow('a decimal is digits')
  })
})

describe('arithmetic never rounds', () => {
  test('where doubles do', () => {
    expect(D('0.1').plus(D('0.2')).toString()).toBe('0.3')
    expect(D('64250.50').times(D('0.125')).toString()).toBe('8031.3125')
    expect(D('1.00').minus(D('0.42')).toString()).toBe('0.58')
    expect(D('0.57').times(D('100')).toString()).toBe('57')
  })

  test('20,000 exact ticks of 0.01 are multiples, and a hair beside them is not', () => {
    const tick = D('0.01')
    let wrong = 0
    for (let i = 1; i <= 20_000; i++) {
      const price = `${Math.trunc(i / 100)}.${String(i % 100).padStart(2, '0')}`
      if (!D(price).isMultipleOf(tick) || D(`${price}00000001`).isMultipleOf(tick)) wrong++
    }
    expect(wrong).toBe(0)
  })

  test.each<[value: string, step: string, expected: boolean]>([
    ['0.3', '0.1', true],
    ['0.30000000000000004', '0.00001', false],
    ['1', '0.00000001', true],
    ['15', '10', false],
    ['0', '0.5', true],
    ['-1.5', '0.5', true],
    ['1', '0', false],
    ['1', '0.00', false],
    ['0.05', '0.10', false],
  ])('%s in steps of %s: %s', (value, step, expected) => {
    expect(D(value).isMultipleOf(D(step))).toBe(expected)
  })

  test.each<[a: string, b: string, expected: number]>([
    ['1.0', '1', 0],
    ['0.00', '0', 0],
    ['0.1', '0.10001', -1],
    ['10', '9.99999999', 1],
    ['-1', '0', -1],
    ['9007199254740993', '9007199254740992', 1],
  ])('%s compared with %s: %s', (a, b, expected) => {
    expect(D(a).compare(D(b))).toBe(expected)
  })
})

const amount = fc
  .record({ units: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), scale: fc.nat({ max: 12 }) })
  .map(({ units, scale }) => {
    const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0')
    const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
    return { text: units < 0n ? `-${text}` : text, units, scale }
  })

describe('properties, against fractions of bigints', () => {
  test('parse and toString keep the value and reach one spelling', () => {
    fc.assert(
      fc.property(amount, ({ text }) => {
        const value = D(text)
        expect(value.compare(D(value.toString()))).toBe(0)
        expect(value.toString()).toMatch(/^-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?$/)
        expect(JSON.stringify({ value })).toBe(`{"value":"${value.toString()}"}`)
      }),
    )
  })

  test('plus, minus, times and compare', () => {
    const common = 10n ** 12n
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        const [x, y] = [a.units * (common / 10n ** BigInt(a.scale)), b.units * (common / 10n ** BigInt(b.scale))]
        const at = (value: Decimal, scale: bigint): bigint => (value.units * scale) / 10n ** BigInt(value.scale)
        expect(at(D(a.text).plus(D(b.text)), common)).toBe(x + y)
        expect(at(D(a.text).minus(D(b.text)), common)).toBe(x - y)
        expect(at(D(a.text).times(D(b.text)), common * common)).toBe(x * y)
        expect(D(a.text).compare(D(b.text))).toBe(x < y ? -1 : x > y ? 1 : 0)
      }),
    )
  })
})

test('it is immutable', () => {
  expect(Object.isFrozen(D('1'))).toBe(true)
})
