import { expect, test } from 'vitest'
import { loopbackAddress } from '../../src/index.ts'

test('only canonical loopback addresses pass', () => {
  const accepts = (text: string): boolean => loopbackAddress().safeParse(text).success
  expect(['127.0.0.1', '127.8.9.1', '::1'].every(accepts)).toBe(true)
  const refused = [
    '0.0.0.0',
    '::',
    'localhost',
    '127.1',
    '0177.0.0.1',
    '127.0.0.01',
    '127.0.0.1:80',
    '::ffff:127.0.0.1',
    '10.0.0.1',
    '',
  ]
  expect(refused.filter(accepts)).toEqual([])
})
