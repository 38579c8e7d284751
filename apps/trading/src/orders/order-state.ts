import type { Decimal } from '@ringfence/validation'
import { EVERYTHING } from '../store/halt-store.ts'
import type { Desk } from './desk.ts'
import type { Instrument } from './instrument.ts'
import type { OrderLimits } from './order-limits.ts'
import type { OrderRequest } from './order.ts'

/** What the rules look at, as it is at the moment of execution. */
export interface OrderState {
  /** Is the signature of the request still within its window? */
  readonly fresh: boolean
  /** Has the operator halted all trading? */
  readonly halted: boolean
  readonly instrument: Instrument | undefined
  /** Orders of the account that the venue may still execute. */
  readonly openOrders: number
  /** What those on the side of this order come to, for its instrument. */
  readonly openQuantity: Decimal
  /** Orders within the last 24 hours. */
  readonly ordersLastDay: number
  /** Is there a young open order of the same meaning? */
  readonly hasTwin: boolean
  readonly limits: OrderLimits
}

/**
 * Reads the state for one order. Call it inside the transaction that writes the order: then nothing can change between
 * the judgement and the act.
 *
 * @param digest of the request: see `requestDigest`
 * @param fresh what the signature says now
 */
export function orderState(desk: Desk, { symbol, side }: OrderRequest, digest: string, fresh: boolean): OrderState {
  const { accountId, limits, orders } = desk
  const now = desk.clock.now()
  return {
    fresh,
    halted: desk.halts.has(EVERYTHING),
    instrument: desk.instruments.find(symbol),
    openOrders: orders.countOpen(accountId),
    openQuantity: orders.openQuantity(accountId, symbol, side),
    ordersLastDay: orders.countSince(accountId, now - DAY_MS, limits.ordersPerDay),
    hasTwin: desk.idempotency.hasTwin(accountId, digest, now - limits.duplicateMs),
    limits,
  }
}

const DAY_MS = 86_400_000
