import { expect, test } from 'vitest'
import { compareWithJose } from './support/differential.ts'

test('2,000 generated tokens: whatever jose and this package disagree on has a named rule', async () => {
  const { accepted, refused, stricter, unexplained } = await compareWithJose(2_000, 1)
  expect(unexplained).toEqual([])
  // Both sides of the comparison have something to say.
  expect(accepted).toBeGreaterThan(300)
  expect(refused).toBeGreaterThan(1_000)
  expect(Object.keys(stricter).length).toBeGreaterThan(8)
}, 60_000)
