import { createHash } from 'node:crypto'
import type { Order } from '../orders/order.ts'

/** SHA-256 over everything of an order that must never change after it was placed. */
export function orderDigest(order: Omit<Order, 'status' | 'updatedAt'>): string {
  const fixed = [
    order.orderId,
    order.accountId,
    order.clientOrderId,
    order.symbol,
    order.side,
    order.type,
    order.quantity,
    order.limitPrice ?? null,
    order.createdAt,
  ]
  return createHash('sha256').update(JSON.stringify(fixed)).digest('hex')
}
