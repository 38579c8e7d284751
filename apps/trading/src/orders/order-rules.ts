import type { Instrument } from './instrument.ts'
import type { OrderRequest } from './order.ts'
import { notional, units } from './units.ts'

/** The closed union of pre-trade rules; the problem of a refused order names them in `errors[].rule`. */
export type OrderRule = keyof typeof ORDER_RULES

/** What each rule demands. */
export const ORDER_RULES = {
  symbol_unknown: 'the symbol must be one of GET /v1/instruments',
  symbol_halted: 'the instrument must be trading',
  price_required: 'a limit order states its limitPrice',
  price_forbidden: 'a market order states no limitPrice',
  price_tick: 'limitPrice must be a positive multiple of the tick',
  quantity_step: 'quantity must be a multiple of the step',
  quantity_min: 'quantity must not be below the minimum',
  quantity_max: 'quantity must not be above the maximum',
  notional_min: 'price times quantity must not be below the minimum',
  notional_max: 'price times quantity must not be above the maximum',
  open_orders: 'the account must have fewer open orders than its limit',
  signature_stale: 'the order must reach the venue within the freshness of its signature',
  order_not_open: 'only an order that the venue may still execute can be cancelled',
}

/** One broken rule, as the caller sees it. */
export interface OrderError {
  readonly field: string
  readonly rule: OrderRule
  readonly message: string
}

/** What the rules look at, as it is right now. */
export interface OrderState {
  readonly instrument: Instrument | undefined
  readonly openOrders: number
  readonly maxOpenOrders: number
  /** Is the signature of the request still within its window? */
  readonly fresh: boolean
}

/** Every rule that the order breaks now; an empty list means it may go to the venue. */
export function brokenRules(order: OrderRequest, state: OrderState): OrderError[] {
  const broken: OrderError[] = []
  const demand = (holds: boolean, rule: OrderRule, field: string): void => {
    if (!holds) broken.push({ field, rule, message: ORDER_RULES[rule] })
  }
  demand(state.fresh, 'signature_stale', 'signature')
  demand(state.openOrders < state.maxOpenOrders, 'open_orders', 'accountId')
  demand(order.type !== 'limit' || order.limitPrice !== undefined, 'price_required', 'limitPrice')
  demand(order.type !== 'market' || order.limitPrice === undefined, 'price_forbidden', 'limitPrice')
  const { instrument } = state
  demand(instrument !== undefined, 'symbol_unknown', 'symbol')
  if (instrument === undefined) return broken

  const quantity = units(order.quantity)
  demand(instrument.trading, 'symbol_halted', 'symbol')
  demand(quantity % units(instrument.step) === 0n, 'quantity_step', 'quantity')
  demand(quantity >= units(instrument.minQuantity), 'quantity_min', 'quantity')
  demand(quantity <= units(instrument.maxQuantity), 'quantity_max', 'quantity')
  const limit = order.limitPrice === undefined ? undefined : units(order.limitPrice)
  demand(limit === undefined || (limit > 0n && limit % units(instrument.tick) === 0n), 'price_tick', 'limitPrice')
  // A market order has no price of its own: what it may cost is judged by the last known one.
  const value = notional(limit ?? units(instrument.referencePrice), quantity)
  demand(value >= units(instrument.minNotional), 'notional_min', 'quantity')
  demand(value <= units(instrument.maxNotional), 'notional_max', 'quantity')
  return broken
}
