import { Decimal, deepStrict, executionGate } from '@ringfence/validation'
import { describe, expect, test } from 'vitest'
import type { Instrument } from '../../src/orders/instrument.ts'
import { DEFAULT_LIMITS } from '../../src/orders/order-limits.ts'
import type { OrderRequest } from '../../src/orders/order.ts'
import { GATE_RULES, ORDER_RULES } from '../../src/orders/order-rules.ts'
import { ORDER_SCHEMA } from '../../src/orders/order-schema.ts'
import type { OrderState } from '../../src/orders/order-state.ts'

const instrument: Instrument = {
  symbol: 'BTC-EUR',
  tick: '0.01',
  step: '0.001',
  minQuantity: '0.01',
  maxQuantity: '10',
  minNotional: '5',
  maxNotional: '1000',
  referencePrice: '100',
  trading: true,
}
const limits = { ...DEFAULT_LIMITS, openOrders: 2, ordersPerDay: 3, position: '2000' }
const now: OrderState = {
  fresh: true,
  halted: false,
  instrument,
  openOrders: 1,
  openQuantity: Decimal.parse('10'),
  ordersLastDay: 2,
  hasTwin: false,
  limits,
}
/** Where the price may be anything. */
const anyPrice = { limits: { ...limits, priceBand: '1000' } }
const limit: OrderRequest = {
  clientOrderId: 'c',
  symbol: 'BTC-EUR',
  side: 'buy',
  type: 'limit',
  quantity: '1',
  limitPrice: '100',
}
const market: OrderRequest = { ...limit, type: 'market', limitPrice: undefined }
const gate = executionGate({ schema: deepStrict(ORDER_SCHEMA), maxAgeMs: 1_000, rules: GATE_RULES })
const refusal = (order: OrderRequest, state: Partial<OrderState> = {}): string | undefined =>
  gate.review(JSON.parse(JSON.stringify(order)), { ...now, ...state })?.rule

describe('orders that break no rule', () => {
  test.each([
    ['limit', limit],
    ['market', market],
    ['the smallest quantity', { ...limit, quantity: '0.05' }],
    ['the largest notional', { ...limit, quantity: '10' }],
    ['the ends of the band, the lower', { ...limit, limitPrice: '70' }],
    ['the ends of the band, the upper', { ...limit, limitPrice: '130.00' }],
    ['many zeros', { ...limit, quantity: '1.000000', limitPrice: '100.00000000' }],
    ['a price floats cannot hold', { ...limit, limitPrice: '0.07', quantity: '10' }],
  ])('%s', (name, order) => {
    const state = name.startsWith('a price') ? { ...anyPrice, instrument: { ...instrument, minNotional: '0.5' } } : {}
    expect(refusal(order, state)).toBeUndefined()
  })

  test('every tick of the first hundred euros: floats would refuse most of them', () => {
    const wide = { ...anyPrice, instrument: { ...instrument, minNotional: '0' } }
    const wrong = Array.from({ length: 9_999 }, (_, i) => ((i + 1) / 100).toFixed(2)).filter(
      (limitPrice) => refusal({ ...limit, limitPrice }, wide) !== undefined,
    )
    expect(wrong).toEqual([])
  })
})

const CASES: readonly (readonly [string, OrderRequest, Partial<OrderState>])[] = [
  ['symbol_unknown', limit, { instrument: undefined }],
  ['symbol_halted', limit, { instrument: { ...instrument, trading: false } }],
  ['trading_halted', limit, { halted: true }],
  ['price_required', { ...limit, limitPrice: undefined }, {}],
  ['price_forbidden', { ...limit, type: 'market' }, {}],
  ['price_tick', { ...limit, limitPrice: '100.005' }, {}],
  ['price_tick', { ...limit, limitPrice: '100.00000001' }, {}],
  ['quantity_step', { ...limit, quantity: '1.0005' }, {}],
  ['quantity_min', { ...limit, quantity: '0.009', limitPrice: '1000' }, anyPrice],
  ['quantity_max', { ...limit, quantity: '10.001', limitPrice: '99' }, {}],
  ['notional_min', { ...limit, quantity: '0.049' }, {}],
  ['notional_max', { ...limit, limitPrice: '1000.01' }, anyPrice],
  ['notional_max', { ...market, quantity: '2' }, { instrument: { ...instrument, referencePrice: '500.01' } }],
  ['price_band', { ...limit, limitPrice: '69.99' }, {}],
  ['price_band', { ...limit, limitPrice: '130.01' }, {}],
  ['price_band', limit, { instrument: { ...instrument, referencePrice: '0' } }],
  ['position_max', limit, { openQuantity: Decimal.parse('19.001') }],
  ['position_max', market, { openQuantity: Decimal.parse('19.00000001') }],
  ['open_orders', limit, { openOrders: 2 }],
  ['orders_per_day', limit, { ordersLastDay: 3 }],
  ['order_duplicate', limit, { hasTwin: true }],
  ['signature_stale', limit, { fresh: false }],
]

describe('each rule refuses alone', () => {
  test.each(CASES)('%s', (rule, order, state) => expect(refusal(order, state)).toBe(rule))

  test('and every rule of the catalogue has its case', () => {
    const seen = new Set([...CASES.map(([rule]) => rule), 'order_not_open', 'validation_stale'])
    expect([...seen].toSorted()).toEqual(Object.keys(ORDER_RULES).toSorted())
  })
})
