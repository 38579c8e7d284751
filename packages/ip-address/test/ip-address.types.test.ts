import { expect, test } from 'vitest'
import { cidrSet, parseAddress, type IpAddress } from '../src/index.ts'

const look = {
  family: 4,
  text: '10.0.0.1',
  value: 1n,
  embedded: undefined,
  toBytes: () => new Uint8Array(4),
  toJSON: () => '',
} as const

test('an address cannot be forged: neither by shape, nor by prototype, nor by changing one', () => {
  const real = parseAddress('192.0.2.1')
  const set = cidrSet(['10.0.0.0/8'])
  // @ts-expect-error the class has a private field, so that a look-alike is not one
  expect(() => set.contains(look)).toThrow()
  const heir = Object.create(real) as IpAddress
  expect(() => set.contains(heir)).toThrow()
  expect(() => {
    // @ts-expect-error readonly
    real.text = '10.0.0.1'
  }).toThrow(TypeError)
  expect(set.contains(real)).toBe(false)
})
