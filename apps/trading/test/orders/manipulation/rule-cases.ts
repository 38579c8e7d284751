import type { Manipulation } from './case.ts'
import { GOOD_ORDER } from './good-order.ts'

/** Signed so long before it arrives, and so long on the way to its execution. */
function late(id: string, signedMs: number, wait: number, gate: Manipulation['gate']): Manipulation {
  return { id, kind: 'time', given: { signedMs }, meanwhile: { wait }, boundary: ['request_stale'], gate }
}

const TIME: readonly Manipulation[] = [
  late('signed 6 s ago', 6_000, 0, 'signature_stale'),
  late('signed 2 s in the future', -2_000, 0, 'signature_stale'),
  late('fresh when it began to arrive, not when it was executed', 3_000, 3_000, 'signature_stale'),
  late('a body that takes its time', 0, 5_001, 'validation_stale'),
  late('a clock that is set back in between', 0, -2_000, 'validation_stale'),
]

const REPLAY: readonly Manipulation[] = [
  {
    id: 'the same request again',
    kind: 'replay',
    wire: 'sent twice',
    handover: 'the same value again',
    boundary: ['request_replayed'],
    gate: 'already_used',
  },
  ...Object.entries({
    symbol: { symbol: 'ETH-EUR', limitPrice: '2500' },
    side: { side: 'sell' },
    type: { type: 'market', limitPrice: undefined },
    quantity: { quantity: '0.02' },
    price: { limitPrice: '60000.5' },
  }).map(
    ([what, body]): Manipulation => ({
      id: `a used client order id with another ${what}`,
      kind: 'replay',
      given: { orders: [GOOD_ORDER] },
      body,
      boundary: ['idempotency_conflict'],
      gate: 'idempotency_conflict',
    }),
  ),
]

const TOCTOU: readonly Manipulation[] = [
  {
    id: 'a copy with another quantity',
    kind: 'time of check, time of use',
    wire: 'another body under the same signature',
    handover: 'a copy with another quantity',
    boundary: ['credentials_invalid'],
    gate: 'not_validated',
  },
  ...(
    [
      'a copy',
      'a clone',
      'a JSON round trip',
      'an heir',
      'a proxy',
      'a getter',
      'what another schema validated',
    ] as const
  ).map(
    (handover): Manipulation => ({
      id: `${handover} instead of the value that was validated`,
      kind: 'time of check, time of use',
      wire: 'another session under the same signature',
      handover,
      boundary: ['credentials_invalid'],
      gate: 'not_validated',
    }),
  ),
  {
    id: 'the instrument is halted in between',
    kind: 'time of check, time of use',
    meanwhile: { halt: 'BTC-EUR' },
    boundary: ['order_refused', 'symbol_halted'],
    gate: 'symbol_halted',
  },
  {
    id: 'everything is halted in between',
    kind: 'time of check, time of use',
    meanwhile: { halt: '*' },
    boundary: ['order_refused', 'trading_halted'],
    gate: 'trading_halted',
  },
  {
    id: 'the venue halts it in between',
    kind: 'time of check, time of use',
    meanwhile: { instrument: { trading: false } },
    boundary: ['order_refused', 'symbol_halted'],
    gate: 'symbol_halted',
  },
  {
    id: 'the tick changes in between',
    kind: 'time of check, time of use',
    meanwhile: { instrument: { tick: '7' } },
    boundary: ['order_refused', 'price_tick'],
    gate: 'price_tick',
  },
  {
    id: 'the market moves away in between',
    kind: 'time of check, time of use',
    meanwhile: { instrument: { referencePrice: '30000' } },
    boundary: ['order_refused', 'price_band'],
    gate: 'price_band',
  },
]

/** An order that only a pre-trade rule refuses. */
function limit(
  rule: Manipulation['gate'],
  id: string,
  body: Readonly<Record<string, unknown>>,
  given: Manipulation['given'] = {},
): Manipulation {
  return { id, kind: 'limits', body, given, boundary: ['order_refused', rule], gate: rule }
}

const MARKET = { type: 'market', limitPrice: undefined } as const
const first = { clientOrderId: 'first', limitPrice: '59000' }

const LIMITS: readonly Manipulation[] = [
  limit('symbol_unknown', 'an instrument that is not listed', { symbol: 'DOGE-EUR' }),
  limit('symbol_halted', 'an instrument that the venue has halted', {}, { instrument: { trading: false } }),
  limit('price_required', 'a limit order without a price', { limitPrice: undefined }),
  limit('price_forbidden', 'a market order with a price', { type: 'market' }),
  limit('price_tick', 'between two ticks', { limitPrice: '60000.3' }),
  limit('price_tick', 'a hair beside a tick', { limitPrice: '60000.00000001' }),
  limit('quantity_step', 'between two steps', { quantity: '0.00015' }),
  limit('quantity_min', 'below the least quantity', { quantity: '0.0009' }, { instrument: { minQuantity: '0.001' } }),
  limit('quantity_max', 'above the largest quantity', { quantity: '5.0001', limitPrice: '42000' }),
  limit('price_band', 'a zero too many in the price', { limitPrice: '600000', quantity: '0.001' }),
  limit('price_band', 'a zero too few in the price', { limitPrice: '6000' }),
  limit('price_band', 'a tick outside the band', { limitPrice: '78000.5' }),
  limit('notional_min', 'worth too little', { limitPrice: '49999.5', quantity: '0.0001' }),
  limit('notional_max', 'worth too much', { quantity: '4.1667' }),
  limit('notional_max', 'a market order worth too much', { ...MARKET, quantity: '4.1667' }),
  limit(
    'position_max',
    'more than the account may hold',
    { quantity: '0.02' },
    {
      limits: { position: '1200' },
      orders: [{ ...first, quantity: '0.0001' }],
    },
  ),
  limit(
    'position_max',
    'sliced to stay below the notional',
    { ...MARKET, side: 'sell', quantity: '0.0002' },
    {
      limits: { position: '610' },
      orders: [{ ...first, side: 'sell', quantity: '0.01' }],
    },
  ),
  limit('open_orders', 'one open order too many', {}, { limits: { openOrders: 1 }, orders: [first] }),
  limit('orders_per_day', 'one order a day too many', {}, { limits: { ordersPerDay: 1 }, orders: [first] }),
  limit(
    'order_duplicate',
    'the same order under another id',
    {},
    {
      orders: [{ ...GOOD_ORDER, clientOrderId: 'first' }],
    },
  ),
  limit(
    'order_duplicate',
    'the same order in other words',
    { quantity: '0.0100', limitPrice: '60000.00' },
    {
      orders: [{ ...GOOD_ORDER, clientOrderId: 'first' }],
    },
  ),
]

/** What is wrong with a good body at this moment. */
export const RULE_CASES: readonly Manipulation[] = [...TIME, ...REPLAY, ...TOCTOU, ...LIMITS]
