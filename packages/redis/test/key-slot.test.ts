import { expect, test } from 'vitest'
import { keySlot, sharedSlot } from '../src/key-slot.ts'

test.each([
  ['123456789', 12_739],
  ['foo', 12_182],
  ['', 0],
])('%j is in slot %i', (key, slot) => {
  expect(keySlot(key)).toBe(slot)
})

test('only the first hash tag counts, and only if there is something in it', () => {
  expect(keySlot('{user1000}.following')).toBe(keySlot('user1000'))
  expect(keySlot('foo{bar}{zap}')).toBe(keySlot('bar'))
  expect(keySlot('foo{{bar}}zap')).toBe(keySlot('{bar'))
  expect(keySlot('foo{}{bar}')).not.toBe(keySlot('bar'))
  expect(keySlot('foo{bar')).not.toBe(keySlot('bar'))
})

test('keys of one call share a slot, or the call is refused', () => {
  expect(sharedSlot(['{a}1', '{a}2'])).toBe(keySlot('a'))
  expect(sharedSlot([])).toBe(0)
  expect(() => sharedSlot(['{a}1', '{b}1'])).toThrow(expect.objectContaining({ code: 'option_invalid' }))
})
