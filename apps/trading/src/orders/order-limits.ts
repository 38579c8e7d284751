import { RingfenceError } from '@ringfence/errors'
import { Decimal } from '@ringfence/validation'

/** The pre-trade limits of an account. Amounts are decimal strings. */
export interface OrderLimits {
  /** Orders that the venue may still execute, at most. */
  readonly openOrders: number
  /** Orders placed within any 24 hours, at most, whatever became of them. */
  readonly ordersPerDay: number
  /**
   * What the open orders of one side of an instrument may come to, in its quote currency at the reference price. Nobody
   * knows how much of an open order was executed, so each counts whole, and buying and selling do not cancel out.
   */
  readonly position: string
  /** How far a limit price may lie from the reference price, as a part of it: `0.3` is 30 %. */
  readonly priceBand: string
  /** For how long (ms) an open order keeps another one of the same meaning out. 0: not at all. */
  readonly duplicateMs: number
}

/** What holds for an account unless something else is said. */
export const DEFAULT_LIMITS: OrderLimits = {
  openOrders: 200,
  ordersPerDay: 5_000,
  position: '1000000',
  priceBand: '0.3',
  duplicateMs: 1_000,
}

/**
 * Completes and checks limits.
 *
 * @throws RingfenceError `option_invalid`
 */
export function orderLimits(change: Partial<OrderLimits>): OrderLimits {
  const { openOrders, ordersPerDay, position, priceBand, duplicateMs } = { ...DEFAULT_LIMITS, ...change }
  for (const [name, count] of Object.entries({ openOrders, ordersPerDay, duplicateMs })) {
    if (!Number.isSafeInteger(count) || count < 0) invalid(`${name} must be a whole number`)
  }
  for (const [name, amount] of Object.entries({ position, priceBand })) {
    if (Decimal.parse(amount).compare(ZERO) <= 0) invalid(`${name} must be above zero`)
  }
  return { openOrders, ordersPerDay, position, priceBand, duplicateMs }
}

function invalid(why: string): never {
  throw new RingfenceError('option_invalid', `order limits: ${why}`)
}

const ZERO: Decimal = Decimal.parse('0')
