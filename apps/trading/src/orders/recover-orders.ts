import { askVenue, exclusively, MAX_BUSY } from './ask-venue.ts'
import type { Desk } from './desk.ts'
import type { Order } from './order.ts'
import { statusAfter } from './status-after.ts'

/**
 * Asks the venue about every order whose fate this process does not know: those it was talking about when it crashed,
 * and those that got no answer. Never sends an order or a cancellation again. Stops at the first silence: a venue that
 * is away need not be asked about each.
 *
 * @returns how many orders are still not settled, 0 to 256
 */
export async function recoverOrders(desk: Desk): Promise<number> {
  for (const { orderId, accountId } of desk.orders.unsettled(MAX_BUSY)) {
    if (desk.busy.has(orderId)) continue
    const answered = await exclusively(desk, orderId, async () => {
      const order = desk.orders.find(accountId, orderId)
      return order === undefined || !UNSETTLED.has(order.status) || recover(desk, order)
    })
    if (!answered) break
  }
  return desk.orders.unsettled(MAX_BUSY).filter(({ orderId }) => !desk.busy.has(orderId)).length
}

/** False if the venue gave no answer. */
async function recover(desk: Desk, order: Order): Promise<boolean> {
  const answer = await askVenue((signal) => desk.venue.status(order.orderId, signal))
  const status = statusAfter(order, answer, desk)
  if (status !== order.status) {
    const settled = desk.db
      .transaction(() => {
        desk.idempotency.answer(order.accountId, order.clientOrderId, status)
        return desk.orders.settle(order, status, desk.clock.now())
      })
      .immediate()
    desk.report(settled)
  }
  return answer !== undefined
}

const UNSETTLED: ReadonlySet<Order['status']> = new Set(['submitting', 'unknown', 'cancelling'])
