import { expect, test } from 'vitest'
import { flag } from '../../src/index.ts'

test('a switch is true or false, and nothing else', () => {
  expect([flag().parse('true'), flag().parse('false')]).toEqual([true, false])
  expect(['True', '1', '0', 'yes', 'on', ' true', ''].filter((text) => flag().safeParse(text).success)).toEqual([])
})
