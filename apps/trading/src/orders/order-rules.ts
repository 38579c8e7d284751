import { refuse } from '@ringfence/guard'
import { Decimal, type GateRule } from '@ringfence/validation'
import type { Instrument } from './instrument.ts'
import type { OrderRequest } from './order.ts'
import type { OrderState } from './order-state.ts'

/** Every pre-trade rule with what it demands; the problem of a refused order names it in `errors[].rule`. */
export const ORDER_RULES = {
  signature_stale: 'the order must reach the venue within the freshness of its signature',
  validation_stale: 'the order must reach the venue soon after its validation',
  trading_halted: 'the operator must not have halted all trading',
  symbol_unknown: 'the symbol must be one of GET /v1/instruments',
  symbol_halted: 'the instrument must be trading: halted neither by the venue nor by the operator',
  price_required: 'a limit order states its limitPrice',
  price_forbidden: 'a market order states no limitPrice',
  price_tick: 'limitPrice must be a multiple of the tick',
  quantity_step: 'quantity must be a multiple of the step',
  quantity_min: 'quantity must not be below the minimum',
  quantity_max: 'quantity must not be above the maximum',
  price_band: 'limitPrice must not be too far from the reference price',
  notional_min: 'price times quantity must not be below the minimum',
  notional_max: 'price times quantity must not be above the maximum',
  position_max: 'the open orders on this side of the instrument, and this one, must not come to more than the limit',
  open_orders: 'the account must have fewer open orders than its limit',
  orders_per_day: 'the account must have placed fewer orders within 24 hours than its limit',
  order_duplicate: 'an open order of the same symbol, side, type, quantity and price must not be this young',
  order_not_open: 'only an order that the venue may still execute can be cancelled',
}

/** The closed union of pre-trade rules. */
export type OrderRule = keyof typeof ORDER_RULES

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
  refuse('order_refused', { members: { errors: [{ path: PATHS[rule] ?? '', rule, detail: ORDER_RULES[rule] }] } })
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

const PATHS: Partial<Record<OrderRule, string>> = {
  symbol_unknown: '/symbol',
  symbol_halted: '/symbol',
  price_required: '/limitPrice',
  price_forbidden: '/limitPrice',
  price_tick: '/limitPrice',
  quantity_step: '/quantity',
  quantity_min: '/quantity',
  quantity_max: '/quantity',
  price_band: '/limitPrice',
  notional_min: '/quantity',
  notional_max: '/quantity',
  position_max: '/quantity',
}
