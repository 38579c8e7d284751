import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { joinKey } from '../src/join-key.ts'

test('parts cannot collide', () => {
  const parts = fc.array(fc.string({ maxLength: 4 }), { maxLength: 4 })
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      expect(joinKey(a) === joinKey(b)).toBe(JSON.stringify(a) === JSON.stringify(b))
    }),
    { numRuns: 5000 },
  )
})

test.each([
  [
    ['ab', 'c'],
    ['a', 'bc'],
  ],
  [['a', ''], ['a']],
  [['1:a'], ['a', '']],
  [
    ['', 'a'],
    ['a', ''],
  ],
])('%j is not %j', (a, b) => {
  expect(joinKey(a)).not.toBe(joinKey(b))
})
