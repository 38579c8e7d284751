import { refuse } from '@ringfence/guard'
import { askVenue, exclusively } from './ask-venue.ts'
import type { Desk } from './desk.ts'
import { answerOf, type Order, type OrderAnswer, type OrderStatus } from './order.ts'
import { refuseOrder } from './order-rules.ts'
import { statusAfter } from './status-after.ts'

/**
 * Cancels an order that the venue may still execute. Cancelling twice answers `cancelled` twice.
 *
 * @param signature of the request that asks for it, asked again when its turn has come
 * @throws DenyError `not_found` for an id that is not the account's, `order_refused` for an order that was rejected
 * (`order_not_open`), or a request that waited too long (`signature_stale`)
 */
export async function cancelOrder(
  desk: Desk,
  orderId: string,
  signature: { isFresh(): boolean },
): Promise<OrderAnswer> {
  const known = desk.orders.find(desk.accountId, orderId) ?? refuse('not_found')
  return exclusively(desk, known.orderId, async () => {
    const order = desk.orders.find(desk.accountId, orderId) ?? refuse('not_found')
    if (order.status === 'cancelled') return answerOf(order)
    if (order.status === 'rejected') refuseOrder('order_not_open')
    if (!signature.isFresh()) refuseOrder('signature_stale')
    const cancelling = settle(desk, order, 'cancelling')
    const answer = await askVenue((signal) => desk.venue.cancel(orderId, signal))
    const settled = settle(desk, cancelling, statusAfter(cancelling, answer, desk))
    desk.report(settled)
    return answerOf(settled)
  })
}

function settle(desk: Desk, order: Order, status: OrderStatus): Order {
  return desk.db.transaction(() => desk.orders.settle(order, status, desk.clock.now())).immediate()
}
