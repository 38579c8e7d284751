import { refuse } from '@ringfence/guard'
import { requestDigest } from '../store/idempotency-store.ts'
import { askVenue, exclusively, MAX_BUSY } from './ask-venue.ts'
import type { Desk } from './desk.ts'
import { answerOf, type Order, type OrderAnswer, type OrderRequest } from './order.ts'
import { brokenRules } from './order-rules.ts'

/**
 * Places an order once. The order is on disk before the venue hears of it, and goes there at most one time: whatever
 * happens in between is settled later by asking (`recoverOrders`).
 *
 * The same `clientOrderId` with the same meaning gets the first answer again, with another meaning a 409.
 *
 * @param execute hands out the validated order, once, if it may still be executed; runs inside the first transaction
 * @throws DenyError `order_refused` with `errors[].rule`, `idempotency_conflict`, `dependency_unavailable`
 */
export async function placeOrder(desk: Desk, execute: () => Execution): Promise<OrderAnswer> {
  const { order, isNew } = desk.db.transaction(() => admit(desk, execute())).immediate()
  if (isNew) return exclusively(desk, order.orderId, () => submit(desk, order))
  await desk.busy.get(order.orderId)
  const first = desk.idempotency.find(order.accountId, order.clientOrderId)
  const now = desk.orders.find(order.accountId, order.orderId) ?? order
  return answerOf({ ...now, status: first?.firstStatus ?? now.status })
}

/** A validated order at the moment of its execution. */
export interface Execution {
  readonly request: OrderRequest
  /** Is the signature still within its window? */
  readonly fresh: boolean
}

/** Transaction 1: judges the order by what is true now, and writes it down as `submitting`. */
function admit(desk: Desk, { request, fresh }: Execution): { readonly order: Order; readonly isNew: boolean } {
  const { accountId } = desk
  const digest = requestDigest(request)
  const first = desk.idempotency.find(accountId, request.clientOrderId)
  if (first !== undefined) {
    if (first.digest !== digest) refuse('idempotency_conflict')
    return { order: desk.orders.find(accountId, first.orderId)!, isNew: false }
  }
  const errors = brokenRules(request, {
    fresh,
    instrument: desk.instruments.find(request.symbol),
    openOrders: desk.orders.countOpen(accountId),
    maxOpenOrders: desk.maxOpenOrders,
  })
  if (errors.length > 0) refuse('order_refused', { members: { errors: errors.map((error) => ({ ...error })) } })
  if (desk.busy.size >= MAX_BUSY) refuse('dependency_unavailable', { internal: 'too many orders wait for the venue' })

  const now = desk.clock.now()
  const order: Order = {
    ...request,
    orderId: Buffer.from(desk.random(16)).toString('hex'),
    accountId,
    status: 'submitting',
    createdAt: now,
    updatedAt: now,
  }
  desk.orders.insert(order)
  desk.idempotency.insert(accountId, request.clientOrderId, digest, order.orderId)
  return { order, isNew: true }
}

/** The venue, then transaction 2. */
async function submit(desk: Desk, order: Order): Promise<OrderAnswer> {
  const status = (await askVenue((signal) => desk.venue.submit(order, signal))) ?? 'unknown'
  const settled = desk.db
    .transaction(() => {
      desk.idempotency.answer(order.accountId, order.clientOrderId, status)
      return desk.orders.settle(order, status, desk.clock.now())
    })
    .immediate()
  desk.report(settled)
  return answerOf(settled)
}
