import { EVERYTHING } from '../store/halt-store.ts'
import type { Desk } from './desk.ts'
import type { OrderRequest } from './order.ts'
import type { OrderState } from './order-state.ts'

/**
 * Reads the state for one order. Call it inside the transaction that writes the order: then nothing can change between
 * the judgement and the act.
 *
 * @param digest of the request: see `requestDigest`
 * @param fresh what the signature says now
 */
export function readOrderState(desk: Desk, { symbol, side }: OrderRequest, digest: string, fresh: boolean): OrderState {
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
