import { expect, test } from 'vitest'
import * as z from 'zod'
import { commaList, port } from '../../src/index.ts'

test('a list is split at commas, its elements trimmed and checked', () => {
  expect(commaList(z.string()).parse('a, b ,c')).toEqual(['a', 'b', 'c'])
  expect(commaList(port()).parse('80,443')).toEqual([80, 443])
  const refused = ['a,,b', ',a', 'a,', ' ', 'a,a', 'a, a']
  expect(refused.filter((text) => commaList(z.string()).safeParse(text).success)).toEqual([])
  expect(commaList(port()).safeParse('80,http').error?.issues[0]?.path).toEqual([1])
})
