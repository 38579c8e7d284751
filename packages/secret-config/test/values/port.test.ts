import { expect, test } from 'vitest'
import { port } from '../../src/index.ts'

test('a port is a decimal number from 1 to 65535', () => {
  expect(['1', '7101', '65535'].map((text) => port().parse(text))).toEqual([1, 7101, 65_535])
  const refused = ['0', '65536', '99999', '080', '+80', '8e1', '0x50', ' 80', '80 ', '-1', '']
  expect(refused.filter((text) => port().safeParse(text).success)).toEqual([])
  expect(port({ allowZero: true }).parse('0')).toBe(0)
})
