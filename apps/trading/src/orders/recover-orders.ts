import { askVenue, exclusively, MAX_BUSY } from './ask-venue.ts'
import type { Desk } from './desk.ts'
import type { Order } from './order.ts'
import { statusAfter } from './status-after.ts'

/**
 * Asks the venue about every order whose fate this process does not know: those it was talking about when it crashed,
 * and those that got no answer. Never sends an order or a cancellation again.
 *
 * @returns how many orders are still not settled
 */
export async function recoverOrders(desk: Desk): Promise<number> {
  let open = 0
  for (const { orderId, accountId } of desk.orders.unsettled(MAX_BUSY)) {
    if (desk.busy.has(orderId)) continue
    const settled = await exclusively(desk, orderId, async () => {
      const order = desk.orders.find(accountId, orderId)
      return order !== undefined && UNSETTLED.has(order.status) ? recover(desk, order) : undefined
    })
    if (settled !== undefined && UNSETTLED.has(settled.status)) open++
  }
  return open
}

async function recover(desk: Desk, order: Order): Promise<Order> {
  const answer = await askVenue((signal) => desk.venue.status(order.orderId, signal))
  const status = statusAfter(order, answer, desk)
  if (status === order.status) return order
  const settled = desk.db
    .transaction(() => {
      desk.idempotency.answer(order.accountId, order.clientOrderId, status)
      return desk.orders.settle(order, status, desk.clock.now())
    })
    .immediate()
  desk.report(settled)
  return settled
}

const UNSETTLED: ReadonlySet<Order['status']> = new Set(['submitting', 'unknown', 'cancelling'])
