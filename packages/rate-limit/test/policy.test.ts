import { expect, test } from 'vitest'
import { policy } from '../src/index.ts'

const good = { name: 'burst', limit: 10, windowMs: 1000 }

test('a policy is frozen and complete', () => {
  expect(policy(good)).toEqual({
    ...good,
    maxKeys: 16_384,
    whenStoreFails: 'closed',
    shadow: false,
    limitOf: undefined,
    key: undefined,
  })
  expect(Object.isFrozen(policy(good))).toBe(true)
})

test.each([
  ['name', { name: '' }],
  ['name', { name: 'Burst' }],
  ['name', { name: 'a"b' }],
  ['name', { name: 'x'.repeat(64) }],
  ['limit', { limit: 0 }],
  ['limit', { limit: 1.5 }],
  ['limit', { limit: Number.NaN }],
  ['limit', { limit: Number.POSITIVE_INFINITY }],
  ['limit', { limit: 10_001 }],
  ['windowMs', { windowMs: 0 }],
  ['windowMs', { windowMs: -1 }],
  ['windowMs', { windowMs: 0.5 }],
  ['windowMs', { windowMs: 2 ** 31 }],
  ['maxKeys', { maxKeys: 0 }],
  ['whenStoreFails', { whenStoreFails: 'open' as 'local' }],
])('%s out of range is refused', (option, change) => {
  expect(() => policy({ ...good, ...change })).toThrow(
    expect.objectContaining({ code: 'option_invalid', message: expect.stringContaining(option) }),
  )
})
