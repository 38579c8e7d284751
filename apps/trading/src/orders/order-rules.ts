import { refuse } from '@ringfence/guard'
import { Decimal, type GateRule } from '@ringfence/validation'
import type { Instrument } from './instrument.ts'
import type { OrderRequest } from './order.ts'
import type { OrderState } from './order-state.ts'

/** What a caller is told about a refusal, and what the documentation adds. */
export interface OrderRuleInfo {
  /** The field that is to blame, as a JSON Pointer; empty for the order as a whole. */
  readonly path: string
  /** What the rule demands. */
  readonly detail: string
  /** For the documentation: what helps. */
  readonly fix: string
}

/** The closed union of pre-trade rules; the problem of a refused order names one in `errors[].rule`. */
export type OrderRule =
  | 'validation_stale'
  | 'signature_stale'
  | 'trading_halted'
  | 'symbol_unknown'
  | 'symbol_halted'
  | 'price_required'
  | 'price_forbidden'
  | 'price_tick'
  | 'quantity_step'
  | 'quantity_min'
  | 'quantity_max'
  | 'price_band'
  | 'notional_min'
  | 'notional_max'
  | 'position_max'
  | 'open_orders'
  | 'orders_per_day'
  | 'order_duplicate'
  | 'order_not_open'

/** Every rule, in the order in which they are asked. */
export const ORDER_RULES: Readonly<Record<OrderRule, OrderRuleInfo>> = {
  validation_stale: {
    path: '',
    detail: 'the order must reach the venue soon after its validation',
    fix: 'Send it again; the service was too busy, or its clock was changed.',
  },
  signature_stale: {
    path: '',
    detail: 'the order must reach the venue within the freshness of its signature',
    fix: 'Sign again and send the whole request at once.',
  },
  trading_halted: {
    path: '',
    detail: 'the operator must not have halted all trading',
    fix: 'Wait for the operator; cancelling goes on meanwhile.',
  },
  symbol_unknown: {
    path: '/symbol',
    detail: 'the symbol must be one of GET /v1/instruments',
    fix: 'Spell it as it is listed.',
  },
  symbol_halted: {
    path: '/symbol',
    detail: 'the instrument must be trading: halted neither by the venue nor by the operator',
    fix: 'Wait until `trading` of the instrument is true.',
  },
  price_required: { path: '/limitPrice', detail: 'a limit order states its limitPrice', fix: 'State it.' },
  price_forbidden: { path: '/limitPrice', detail: 'a market order states no limitPrice', fix: 'Leave it out.' },
  price_tick: {
    path: '/limitPrice',
    detail: 'limitPrice must be a multiple of the tick',
    fix: 'Round it to `tick` of the instrument.',
  },
  quantity_step: {
    path: '/quantity',
    detail: 'quantity must be a multiple of the step',
    fix: 'Round it to `step` of the instrument.',
  },
  quantity_min: {
    path: '/quantity',
    detail: 'quantity must not be below the minimum',
    fix: 'See `minQuantity` of the instrument.',
  },
  quantity_max: {
    path: '/quantity',
    detail: 'quantity must not be above the maximum',
    fix: 'See `maxQuantity` of the instrument.',
  },
  price_band: {
    path: '/limitPrice',
    detail: 'limitPrice must not be too far from the reference price',
    fix: 'See `referencePrice` of the instrument; look for a digit too many.',
  },
  notional_min: {
    path: '/quantity',
    detail: 'price times quantity must not be below the minimum',
    fix: 'See `minNotional` of the instrument; a market order counts at the reference price.',
  },
  notional_max: {
    path: '/quantity',
    detail: 'price times quantity must not be above the maximum',
    fix: 'See `maxNotional` of the instrument; a market order counts at the reference price.',
  },
  position_max: {
    path: '/quantity',
    detail: 'the open orders on this side of the instrument, and this one, must not come to more than the limit',
    fix: 'Order less, or cancel an open order.',
  },
  open_orders: {
    path: '',
    detail: 'the account must have fewer open orders than its limit',
    fix: 'Cancel an open order; GET /v1/account shows both numbers.',
  },
  orders_per_day: {
    path: '',
    detail: 'the account must have placed fewer orders within 24 hours than its limit',
    fix: 'Wait, or have the operator raise the limit.',
  },
  order_duplicate: {
    path: '',
    detail: 'an open order of the same symbol, side, type, quantity and price must not be this young',
    fix: 'To repeat a request use its clientOrderId; if it is meant to be a second order, wait a moment.',
  },
  order_not_open: {
    path: '',
    detail: 'only an order that the venue may still execute can be cancelled',
    fix: 'Look at its status; there is nothing left to cancel.',
  },
}

/** The rules that the execution gate asks, in this order: later ones rely on the instrument being known. */
export const GATE_RULES: readonly GateRule<OrderRequest, OrderState, OrderRule>[] = [
  { name: 'signature_stale', check: (_, { fresh }) => fresh },
  { name: 'trading_halted', check: (_, { halted }) => !halted },
  { name: 'symbol_unknown', check: (_, { instrument }) => instrument !== undefined },
  { name: 'symbol_halted', check: (_, { instrument }) => instrument!.trading },
  { name: 'price_required', check: ({ type, limitPrice }) => type !== 'limit' || limitPrice !== undefined },
  { name: 'price_forbidden', check: ({ type, limitPrice }) => type !== 'market' || limitPrice === undefined },
  {
    name: 'price_tick',
    check: ({ limitPrice }, { instrument }) => limitPrice === undefined || multiple(limitPrice, instrument!.tick),
  },
  { name: 'quantity_step', check: ({ quantity }, { instrument }) => multiple(quantity, instrument!.step) },
  {
    name: 'quantity_min',
    check: ({ quantity }, { instrument }) => compare(Decimal.parse(quantity), instrument!.minQuantity) >= 0,
  },
  {
    name: 'quantity_max',
    check: ({ quantity }, { instrument }) => compare(Decimal.parse(quantity), instrument!.maxQuantity) <= 0,
  },
  {
    name: 'price_band',
    check: ({ limitPrice }, { instrument, limits }) =>
      limitPrice === undefined || within(limitPrice, instrument!.referencePrice, limits.priceBand),
  },
  {
    name: 'notional_min',
    check: (order, { instrument }) => compare(notional(order, instrument!), instrument!.minNotional) >= 0,
  },
  {
    name: 'notional_max',
    check: (order, { instrument }) => compare(notional(order, instrument!), instrument!.maxNotional) <= 0,
  },
  {
    name: 'position_max',
    check: ({ quantity }, { instrument, openQuantity, limits }) =>
      compare(
        openQuantity.plus(Decimal.parse(quantity)).times(Decimal.parse(instrument!.referencePrice)),
        limits.position,
      ) <= 0,
  },
  { name: 'open_orders', check: (_, { openOrders, limits }) => openOrders < limits.openOrders },
  { name: 'orders_per_day', check: (_, { ordersLastDay, limits }) => ordersLastDay < limits.ordersPerDay },
  { name: 'order_duplicate', check: (_, { hasTwin }) => !hasTwin },
]

/** Answers that a rule does not allow this. */
export function refuseOrder(rule: OrderRule): never {
  const { path, detail } = ORDER_RULES[rule]
  refuse('order_refused', { members: { errors: [{ path, rule, detail }] } })
}

function multiple(value: string, step: string): boolean {
  return Decimal.parse(value).isMultipleOf(Decimal.parse(step))
}

function compare(value: Decimal, bound: string): number {
  return value.compare(Decimal.parse(bound))
}

/** Is the price at most `part` of the reference away from it? */
function within(price: string, reference: string, part: string): boolean {
  const middle = Decimal.parse(reference)
  const width = middle.times(Decimal.parse(part))
  const from = Decimal.parse(price).minus(middle)
  return from.compare(width) <= 0 && from.plus(width).compare(ZERO) >= 0
}

/** A market order has no price of its own: what it may cost is judged by the last known one. */
function notional({ quantity, limitPrice }: OrderRequest, { referencePrice }: Instrument): Decimal {
  return Decimal.parse(limitPrice ?? referencePrice).times(Decimal.parse(quantity))
}

const ZERO: Decimal = Decimal.parse('0')
