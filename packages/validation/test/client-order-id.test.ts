import { describe, expect, test } from 'vitest'
import { clientOrderId } from '../src/client-order-id.ts'
import { deepStrict } from '../src/deep-strict.ts'

const schema = deepStrict(clientOrderId())

describe('clientOrderId', () => {
  test.each(['a', 'A-1_b', '0b9d7c1e-8f7a-4a52-9d5b-0d2a3c4e5f60', '9'.repeat(36)])('%s', (text) => {
    expect(schema.validate(text).ok).toBe(true)
  })

  test.each(['', '-a', '_a', 'a b', 'a\n', 'a;b', "a'--", 'é', 'a\u0000', '9'.repeat(37), '../a', 'ａ'])(
    'not %j',
    (text) => {
      expect(schema.validate(text).ok).toBe(false)
    },
  )

  test('a shorter limit', () => {
    expect(clientOrderId({ max: 3 }).safeParse('abcd').success).toBe(false)
  })

  test.each([0, 65, 1.5, Number.NaN, Infinity])('%d is no limit', (max) => {
    expect(() => clientOrderId({ max })).toThrow('from 1 to 64')
  })
})
