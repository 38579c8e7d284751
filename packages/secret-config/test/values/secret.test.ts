import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { Secret, secret } from '../../src/index.ts'

test('a secret has a least length, 16 unless said otherwise', () => {
  expect(secret().parse('k7Qp2vXw9sLz4nBt')).toBeInstanceOf(Secret)
  expect(secret().safeParse('k7Qp2vXw9sLz4nB').success).toBe(false)
  expect(secret({ minLength: 8 }).safeParse('k7Qp2vXw').success).toBe(true)
})

test('hexBytes means exactly so many bytes in lowercase', () => {
  const hex = randomBytes(32).toString('hex')
  const accepts = (text: string): boolean => secret({ hexBytes: 32 }).safeParse(text).success
  expect(accepts(hex)).toBe(true)
  expect([hex.slice(1), `${hex}0`, `${hex}\n`, `F${hex.slice(1)}`, `g${hex.slice(1)}`].filter(accepts)).toEqual([])
})

test('a pattern must match the whole, however it is flagged', () => {
  const schema = secret({ pattern: /rfs_\w{4}|b/g, minLength: 1 })
  const accepts = (text: string): boolean => schema.safeParse(text).success
  expect([accepts('rfs_1234'), accepts('rfs_1234'), accepts('b')]).toEqual([true, true, true])
  expect(['xrfs_1234', 'rfs_12345', 'rfs_1234\n', 'ab'].filter(accepts)).toEqual([])
})

test('text that cannot be kept as UTF-8 is refused by the schema already', () => {
  expect(secret().safeParse('k7Qp2vXw9sLz4nBt\udc00').success).toBe(false)
})
