import { createHash } from 'node:crypto'
import type { EncryptedDatabase } from '@ringfence/encrypted-sqlite'
import { Decimal } from '@ringfence/validation'
import type { OrderRequest, OrderStatus } from '../orders/order.ts'
import { OPEN } from './order-store.ts'

/** What was placed first under a client's order id. */
export interface FirstOrder {
  readonly orderId: string
  /** Equal digests are the same order: see {@link requestDigest}. */
  readonly digest: string
  /** The status that was answered; null while nothing was. */
  readonly firstStatus: OrderStatus | null
}

/** Client order ids that were used, per account, for good. Call the writing methods inside a transaction. */
export interface IdempotencyStore {
  find(accountId: string, clientOrderId: string): FirstOrder | undefined
  /** Is there an order of the same digest, placed after `since` (ms since the epoch), that the venue may still execute? */
  hasTwin(accountId: string, digest: string, since: number): boolean
  insert(accountId: string, clientOrderId: string, digest: string, orderId: string): void
  /** Keeps the first answer; later ones change nothing. */
  answer(accountId: string, clientOrderId: string, status: OrderStatus): void
}

export function createIdempotencyStore(db: EncryptedDatabase): IdempotencyStore {
  const find = db.prepare<FirstOrder>(
    `select order_id orderId, digest, first_status firstStatus from idempotency
     where account_id = ? and client_order_id = ?`,
  )
  const twin = db.prepare(
    // From the few young orders, whatever the planner thinks without statistics.
    `select 1 from orders indexed by orders_by_time cross join idempotency using (account_id, client_order_id)
     where account_id = ? and created_at > ? and digest = ? and status in (${OPEN}) limit 1`,
  )
  const insert = db.prepare(
    `insert into idempotency (account_id, client_order_id, digest, order_id) values (?, ?, ?, ?)`,
  )
  const answer = db.prepare(
    `update idempotency set first_status = ? where account_id = ? and client_order_id = ? and first_status is null`,
  )
  return {
    find: (accountId, clientOrderId) => find.get(accountId, clientOrderId),
    hasTwin: (accountId, digest, since) => twin.get(accountId, since, digest) !== undefined,
    insert: (...row) => void insert.run(...row),
    answer: (accountId, clientOrderId, status) => void answer.run(status, accountId, clientOrderId),
  }
}

/** Over the meaning of an order, not its text: `1.50` and `1.5` are the same quantity. */
export function requestDigest(order: OrderRequest): string {
  const price = order.limitPrice === undefined ? null : Decimal.parse(order.limitPrice).toString()
  const meaning = [order.symbol, order.side, order.type, Decimal.parse(order.quantity).toString(), price]
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex')
}
