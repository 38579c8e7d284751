import { DenyError } from '@ringfence/guard'
import { describe, expect, test } from 'vitest'
import { cancelOrder } from '../../src/orders/cancel-order.ts'
import type { Desk } from '../../src/orders/desk.ts'
import { type OrderLimits, orderLimits } from '../../src/orders/order-limits.ts'
import type { OrderRequest } from '../../src/orders/order.ts'
import { placeOrder } from '../../src/orders/place-order.ts'
import { brokenRule, type DeskFixture, deskFixture, limitOrder, validated } from '../desk-fixture.ts'

function limited(limits: Partial<OrderLimits>): DeskFixture {
  const fixture = deskFixture()
  return { ...fixture, desk: { ...fixture.desk, limits: orderLimits(limits) } }
}

/** The id of the order, or the rule that refused it. */
async function place(desk: Desk, change: Partial<OrderRequest> = {}): Promise<string> {
  try {
    return (await placeOrder(desk, validated(desk, limitOrder(change)), { isFresh: () => true })).orderId
  } catch (error) {
    if (!(error instanceof DenyError)) throw error
    return brokenRule(error)
  }
}

const ID = /^[0-9a-f]{32}$/

describe('orders a day', () => {
  test('are those of the last 24 hours, to the millisecond, cancelled ones included', async () => {
    const { desk, clock } = limited({ ordersPerDay: 2 })
    await cancelOrder(desk, await place(desk), FRESH)
    clock.time += 1_000
    await place(desk)
    expect(await place(desk)).toBe('orders_per_day')
    clock.time += 86_400_000 - 1_001
    expect(await place(desk)).toBe('orders_per_day')
    clock.time += 1
    expect(await place(desk)).toMatch(ID)
    expect(await place(desk)).toBe('orders_per_day')
  })
})

describe('a duplicate', () => {
  const same = { limitPrice: '59000' }

  test('is one for as long as it was said, and by its meaning', async () => {
    const { desk, clock } = limited({ duplicateMs: 500 })
    await place(desk, same)
    expect(await place(desk, { limitPrice: '59000.0', quantity: '0.010' })).toBe('order_duplicate')
    clock.time += 499
    expect(await place(desk, same)).toBe('order_duplicate')
    clock.time += 1
    expect(await place(desk, same)).toMatch(ID)
  })

  test.each<[string, Partial<OrderRequest>]>([
    ['side', { ...same, side: 'sell' }],
    ['quantity', { ...same, quantity: '0.0101' }],
    ['price', { limitPrice: '59000.5' }],
  ])('is none with another %s', async (_, change) => {
    const { desk } = limited({})
    await place(desk, same)
    expect(await place(desk, change)).toMatch(ID)
  })

  test('is none of an order that was cancelled', async () => {
    const { desk } = limited({})
    await cancelOrder(desk, await place(desk, same), FRESH)
    expect(await place(desk, same)).toMatch(ID)
  })

  test('can be allowed', async () => {
    const { desk } = limited({ duplicateMs: 0 })
    await place(desk, same)
    expect(await place(desk, same)).toMatch(ID)
  })
})

describe('the position', () => {
  test('is exact, by side and instrument, and given back by cancelling', async () => {
    const { desk } = limited({ position: '1800' })
    const one = await place(desk, { quantity: '0.01' })
    expect(await place(desk, { quantity: '0.02' })).toMatch(ID)
    expect(await place(desk, { quantity: '0.0001' })).toBe('position_max')
    expect(await place(desk, { quantity: '0.03', side: 'sell' })).toMatch(ID)
    expect(await place(desk, { quantity: '0.0001', side: 'sell' })).toBe('position_max')
    expect(await place(desk, { symbol: 'ETH-EUR', quantity: '0.72', limitPrice: '2500' })).toMatch(ID)
    expect(await place(desk, { symbol: 'ETH-EUR', quantity: '0.002', limitPrice: '2500' })).toBe('position_max')
    await cancelOrder(desk, one, FRESH)
    expect(await place(desk, { quantity: '0.01' })).toMatch(ID)
  })
})

describe('the kill switch', () => {
  test('keeps new orders out and lets open ones be cancelled', async () => {
    const { desk, db, clock } = limited({})
    const open = await place(desk)
    db.transaction(() => desk.halts.halt('*', clock.now())).immediate()
    expect(await place(desk)).toBe('trading_halted')
    expect(await cancelOrder(desk, open, FRESH)).toMatchObject({ status: 'cancelled' })
  })
})

const FRESH = { isFresh: () => true }
