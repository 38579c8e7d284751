import { RingfenceError } from '@ringfence/errors'
import { expect, test } from 'vitest'
import { DEFAULT_LIMITS, orderLimits } from '../../src/orders/order-limits.ts'

test('what is not said has its default', () => {
  expect(orderLimits({})).toEqual(DEFAULT_LIMITS)
  expect(orderLimits({ position: '5' })).toEqual({ ...DEFAULT_LIMITS, position: '5' })
})

test.each([
  [{ openOrders: -1 }],
  [{ openOrders: NaN }],
  [{ ordersPerDay: Infinity }],
  [{ ordersPerDay: 1.5 }],
  [{ duplicateMs: -1 }],
  [{ position: '0' }],
  [{ position: '-1' }],
  [{ position: '1e9' }],
  [{ priceBand: '0' }],
  [{ priceBand: '' }],
])('a limit that limits nothing, or everything for good, is refused: %j', (change) => {
  expect(() => orderLimits(change)).toThrow(RingfenceError)
})
