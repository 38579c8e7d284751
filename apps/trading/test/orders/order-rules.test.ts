import { Decimal, deepStrict, executionGate } from '@ringfence/validation'
import { describe, expect, test } from 'vitest'
import type { Instrument } from '../../src/orders/instrument.ts'
import { DEFAULT_LIMITS } from '../../src/orders/order-limits.ts'
import type { OrderRequest } from '../../src/orders/order.ts'
import { GATE_RULES, ORDER_RULES } from '../../src/orders/order-rules.ts'
import { ORDER_SCHEMA } from '../../src/orders/order-schema.ts'
import type { OrderState } from '../../src/orders/order-state.ts'
import { MANIPULATIONS } from './manipulation/cases.ts'

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

  test('in the order of the catalogue', () => {
    const names = ['validation_stale', ...gate.rules, 'order_not_open']
    expect(Object.keys(ORDER_RULES)).toEqual(names)
  })

  test('and every rule of the catalogue has its case', () => {
    const seen = new Set([...CASES.map(([rule]) => rule), 'order_not_open', 'validation_stale'])
    expect([...seen].toSorted()).toEqual(Object.keys(ORDER_RULES).toSorted())
  })
})

test('the catalogue in the documentation is this one', async () => {
  const attempts = (rule: string): string =>
    MANIPULATIONS.filter(({ gate }) => gate === rule)
      .map(({ id }) => id)
      .join('; ')
  const rules = Object.entries(ORDER_RULES).map(
    ([rule, { path, detail, fix }]) => `| \`${rule}\` | ${code(path)} | ${detail} | ${fix} | ${attempts(rule)} |`,
  )
  const kinds = [...new Set(MANIPULATIONS.map(({ kind }) => kind))].map((kind) => {
    const cases = MANIPULATIONS.filter((one) => one.kind === kind)
    const list = (names: readonly string[]): string => [...new Set(names)].map(code).join(', ')
    const boundary = cases.map(({ boundary: [deny, rule = deny] }) => rule)
    return `| ${kind} | ${cases.length} | ${list(boundary)} | ${list(cases.map(({ gate }) => gate))} |`
  })
  const text = [
    '# The order rules',
    '',
    'Made from `ORDER_RULES` and the cases of `apps/trading/test/orders/manipulation` by a test; run `vitest -u` after a change.',
    '',
    'An order that breaks a rule is a 422 `order_refused`; `errors[0]` holds the rule, the field to blame and what is demanded.',
    'The execution gate asks the rules in this order, inside the transaction that would write the order, and names the first',
    'that does not hold. The last one belongs to cancelling.',
    '',
    '| rule | field | what it demands | what helps | attempts in the suite that it alone refuses |',
    '|---|---|---|---|---|',
    ...rules,
    '',
    '## The attempts',
    '',
    `${MANIPULATIONS.length} attempts to manipulate an order. Each is made twice: at the boundary, signed and in a session, and`,
    'with the boundary bypassed, at the execution gate alone. There, what nobody validated is `not_validated` before anything',
    'else is looked at; the table shows what else is wrong with it. A test takes out one rule after the other, and sees its',
    'attempts get through; only without `symbol_unknown` the next rule refuses, in its own name.',
    '',
    '| kind | attempts | refused at the boundary by | and by the gate alone |',
    '|---|---|---|---|',
    ...kinds,
    '',
  ].join('\n')
  await expect(text).toMatchFileSnapshot('../../../../docs/order-rules.md')
})

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``
}
