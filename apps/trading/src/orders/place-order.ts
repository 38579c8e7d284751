import { RingfenceError } from '@ringfence/errors'
import { refuse } from '@ringfence/guard'
import type { GateFault } from '@ringfence/validation'
import { requestDigest } from '../store/idempotency-store.ts'
import { askVenue, exclusively, MAX_BUSY } from './ask-venue.ts'
import type { Desk } from './desk.ts'
import { answerOf, type Order, type OrderAnswer, type OrderRequest } from './order.ts'
import { ORDER_RULES, type OrderRule, refuseOrder } from './order-rules.ts'
import { readOrderState } from './read-order-state.ts'

/**
 * Places an order once. The order is on disk before the venue hears of it, and goes there at most one time: whatever
 * happens in between is settled later by asking (`recoverOrders`).
 *
 * The same `clientOrderId` with the same meaning gets the first answer again, with another meaning a 409.
 *
 * @param request what the schema of the desk validated, that very object
 * @param signature of the request that brought it, asked again at this moment
 * @throws DenyError `order_refused` with `errors[].rule`, `idempotency_conflict`, `dependency_unavailable`
 */
export async function placeOrder(
  desk: Desk,
  request: OrderRequest,
  signature: { isFresh(): boolean },
): Promise<OrderAnswer> {
  const { order, isNew } = desk.db.transaction(() => admit(desk, request, signature.isFresh())).immediate()
  if (isNew) return exclusively(desk, order.orderId, () => submit(desk, order))
  await desk.busy.get(order.orderId)
  const first = desk.idempotency.find(order.accountId, order.clientOrderId)
  const now = desk.orders.find(order.accountId, order.orderId) ?? order
  return answerOf({ ...now, status: first?.firstStatus ?? now.status })
}

interface Admitted {
  readonly order: Order
  /** False if it was placed before. */
  readonly isNew: boolean
}

/** Transaction 1: judges the order by what is true now, and writes it down as `submitting`. */
function admit(desk: Desk, request: OrderRequest, fresh: boolean): Admitted {
  const { accountId } = desk
  const digest = requestDigest(request)
  const first = desk.idempotency.find(accountId, request.clientOrderId)
  if (first !== undefined) {
    if (first.digest !== digest) refuse('idempotency_conflict')
    return { order: desk.orders.find(accountId, first.orderId)!, isNew: false }
  }
  if (desk.busy.size >= MAX_BUSY) refuse('dependency_unavailable', { internal: 'too many orders wait for the venue' })
  const state = readOrderState(desk, request, digest, fresh)
  const verdict = desk.gate.execute(request, state, (order) => write(desk, order, digest))
  if (verdict.ok) return { order: verdict.result, isNew: true }
  if (verdict.rule === 'too_old') return refuseOrder('validation_stale')
  if (isFault(verdict.rule)) {
    // The boundary let something through: a fault of this program, not of the caller.
    throw new RingfenceError('guard_misused', `the execution gate refused what came past the boundary: ${verdict.rule}`)
  }
  return refuseOrder(verdict.rule)
}

function isFault(rule: OrderRule | GateFault): rule is GateFault {
  return !Object.hasOwn(ORDER_RULES, rule)
}

function write(desk: Desk, request: OrderRequest, digest: string): Order {
  const { accountId } = desk
  const now = desk.clock.now()
  const orderId = Buffer.from(desk.random(16)).toString('hex')
  const order: Order = { ...request, orderId, accountId, status: 'submitting', createdAt: now, updatedAt: now }
  desk.orders.insert(order)
  desk.idempotency.insert(accountId, request.clientOrderId, digest, orderId)
  return order
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
