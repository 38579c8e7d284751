import { describe, expect, test } from 'vitest'
import { deepStrict } from '../src/deep-strict.ts'
import { integer } from '../src/integer.ts'

const small = deepStrict(integer({ min: -20, max: 100 }))

describe('integer', () => {
  test.each([
    ['0', 0],
    ['7', 7],
    ['100', 100],
    ['-20', -20],
  ])('%s becomes %d', (text, value) => {
    expect(small.validate(text)).toEqual({ ok: true, value })
  })

  test.each<[text: unknown, rule: string]>([
    ['-0', 'format'],
    ['+1', 'format'],
    ['01', 'format'],
    ['1.0', 'format'],
    ['1e1', 'format'],
    ['0x1', 'format'],
    ['', 'format'],
    [' 1', 'format'],
    ['1n', 'format'],
    ['١', 'format'],
    ['101', 'too_big'],
    ['-21', 'too_small'],
    ['1000', 'too_long'],
    [1, 'type'],
    [null, 'type'],
    [true, 'type'],
  ])('%j: %s', (text, rule) => {
    expect(small.validate(text)).toMatchObject({ ok: false, errors: [{ rule }] })
  })

  test('a sign is not understood where nothing negative is allowed', () => {
    expect(deepStrict(integer({ max: 100 })).validate('-1')).toMatchObject({ errors: [{ rule: 'format' }] })
  })

  test.each([{ max: 2 ** 53 }, { min: 2, max: 1 }, { max: 1.5 }])('%o is no range', (options) => {
    expect(() => integer(options)).toThrow(/safe integers/)
  })
})
