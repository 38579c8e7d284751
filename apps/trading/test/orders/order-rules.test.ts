import { deepStrict, executionGate } from '@ringfence/validation'
import { describe, expect, test } from 'vitest'
import type { Instrument } from '../../src/orders/instrument.ts'
import type { OrderRequest } from '../../src/orders/order.ts'
import { GATE_RULES, ORDER_RULES, type OrderState } from '../../src/orders/order-rules.ts'
import { ORDER_SCHEMA } from '../../src/orders/order-schema.ts'

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
const now: OrderState = { instrument, openOrders: 0, maxOpenOrders: 1, fresh: true }
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
    ['many zeros', { ...limit, quantity: '1.000000', limitPrice: '100.00000000' }],
    ['a price floats cannot hold', { ...limit, limitPrice: '0.07', quantity: '10' }],
  ])('%s', (name, order) => {
    const state = name.startsWith('a price') ? { instrument: { ...instrument, minNotional: '0.5' } } : {}
    expect(refusal(order, state)).toBeUndefined()
  })

  test('every tick of the first hundred euros: floats would refuse most of them', () => {
    const wide = { instrument: { ...instrument, minNotional: '0' } }
    const wrong = Array.from({ length: 9_999 }, (_, i) => ((i + 1) / 100).toFixed(2)).filter(
      (limitPrice) => refusal({ ...limit, limitPrice }, wide) !== undefined,
    )
    expect(wrong).toEqual([])
  })
})

const CASES: readonly (readonly [string, OrderRequest, Partial<OrderState>])[] = [
  ['symbol_unknown', limit, { instrument: undefined }],
  ['symbol_halted', limit, { instrument: { ...instrument, trading: false } }],
  ['price_required', { ...limit, limitPrice: undefined }, {}],
  ['price_forbidden', { ...limit, type: 'market' }, {}],
  ['price_tick', { ...limit, limitPrice: '100.005' }, {}],
  ['price_tick', { ...limit, limitPrice: '100.00000001' }, {}],
  ['quantity_step', { ...limit, quantity: '1.0005' }, {}],
  ['quantity_min', { ...limit, quantity: '0.009', limitPrice: '1000' }, {}],
  ['quantity_max', { ...limit, quantity: '10.001', limitPrice: '99' }, {}],
  ['notional_min', { ...limit, quantity: '0.049' }, {}],
  ['notional_max', { ...limit, limitPrice: '1000.01' }, {}],
  ['notional_max', { ...market, quantity: '2' }, { instrument: { ...instrument, referencePrice: '500.01' } }],
  ['open_orders', limit, { openOrders: 1 }],
  ['signature_stale', limit, { fresh: false }],
]

describe('each rule refuses alone', () => {
  test.each(CASES)('%s', (rule, order, state) => expect(refusal(order, state)).toBe(rule))

  test('and every rule of the catalogue has its case', () => {
    const seen = new Set([...CASES.map(([rule]) => rule), 'order_not_open', 'validation_stale'])
    expect([...seen].toSorted()).toEqual(Object.keys(ORDER_RULES).toSorted())
  })
})
