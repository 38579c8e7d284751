import { expect, test } from 'vitest'
import { memoryRevocations } from '../src/index.ts'
import { virtualClock } from './support/virtual-clock.ts'

test('forgets nothing before its time, and makes room by what has expired', () => {
  const clock = virtualClock()
  const revocations = memoryRevocations({ clock, maxEntries: 2 })
  void revocations.revoke('a', clock.now() + 1_000)
  void revocations.revoke('b', clock.now() + 5_000)
  expect(() => revocations.revoke('c', clock.now() + 5_000)).toThrow(/full/)
  expect([revocations.isRevoked('a'), revocations.isRevoked('b'), revocations.isRevoked('c')]).toEqual([
    true,
    true,
    false,
  ])
  clock.advance(1_000)
  void revocations.revoke('c', clock.now() + 5_000)
  expect([revocations.isRevoked('b'), revocations.isRevoked('c')]).toEqual([true, true])
})

test('revoking again never shortens', () => {
  const clock = virtualClock()
  const revocations = memoryRevocations({ clock, maxEntries: 1 })
  void revocations.revoke('a', clock.now() + 5_000)
  void revocations.revoke('a', clock.now() + 1_000)
  clock.advance(4_999)
  expect(() => revocations.revoke('b', clock.now() + 1)).toThrow(/full/)
  expect(revocations.isRevoked('a')).toBe(true)
})
