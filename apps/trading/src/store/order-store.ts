import type { EncryptedDatabase } from '@ringfence/encrypted-sqlite'
import { Decimal } from '@ringfence/validation'
import type { Order, OrderStatus } from '../orders/order.ts'
import { orderDigest } from './order-digest.ts'
import type { Trail } from './trail.ts'

/** The orders, each change together with its entry in the trail. Call the writing methods inside a transaction. */
export interface OrderStore {
  insert(order: Order): void
  /** Moves an order to another status. */
  settle(order: Order, status: OrderStatus, at: number): Order
  find(accountId: string, orderId: string): Order | undefined
  /** The newest first, at most `limit`. */
  list(accountId: string, limit: number): Order[]
  /** How many orders the venue may still execute. */
  countOpen(accountId: string): number
  /** How much of an instrument those orders would buy, or sell. */
  openQuantity(accountId: string, symbol: string, side: Order['side']): Decimal
  /** How many orders were placed after a moment (ms since the epoch), whatever became of them; counts up to `atMost`. */
  countSince(accountId: string, since: number, atMost: number): number
  /** Orders whose fate only the venue knows, oldest first, at most `limit`. */
  unsettled(limit: number): Order[]
}

export function createOrderStore(db: EncryptedDatabase, trail: Trail): OrderStore {
  const insert = db.prepare(
    `insert into orders (order_id, account_id, client_order_id, symbol, side, type, quantity, limit_price, status, created_at, updated_at)
     values (@orderId, @accountId, @clientOrderId, @symbol, @side, @type, @quantity, @limitPrice, @status, @createdAt, @updatedAt)`,
  )
  const update = db.prepare(`update orders set status = ?, updated_at = ? where order_id = ?`)
  const find = db.prepare<Row>(`${SELECT} where account_id = ? and order_id = ?`)
  const list = db.prepare<Row>(`${SELECT} where account_id = ? order by seq desc limit ?`)
  const open = db.prepare<{ n: number }>(
    `select count(*) n from orders indexed by orders_open where account_id = ? and status in (${OPEN})`,
  )
  const quantities = db.prepare<{ quantity: string; n: number }>(
    `select quantity, count(*) n from orders indexed by orders_open
     where account_id = ? and symbol = ? and side = ? and status in (${OPEN}) group by quantity`,
  )
  const since = db.prepare<{ n: number }>(
    `select count(*) n from (select 1 from orders indexed by orders_by_time where account_id = ? and created_at > ? limit ?)`,
  )
  const unsettled = db.prepare<Row>(
    `${SELECT} where status in ('submitting', 'unknown', 'cancelling') order by seq limit ?`,
  )
  return {
    insert(order) {
      insert.run({ ...order, limitPrice: order.limitPrice ?? null })
      trail.append({ at: order.createdAt, subject: order.orderId, event: order.status, digest: orderDigest(order) })
    },
    settle(order, status, at) {
      update.run(status, at, order.orderId)
      trail.append({ at, subject: order.orderId, event: status, digest: orderDigest(order) })
      return { ...order, status, updatedAt: at }
    },
    find: (accountId, orderId) => fromRow(find.get(accountId, orderId)),
    list: (accountId, limit) => list.all(accountId, limit).map((row) => fromRow(row)),
    countOpen: (accountId) => open.get(accountId)?.n ?? 0,
    openQuantity: (...place) =>
      quantities
        .all(...place)
        .reduce((sum, { quantity, n }) => sum.plus(Decimal.parse(quantity).times(Decimal.parse(String(n)))), ZERO),
    countSince: (accountId, moment, atMost) => since.get(accountId, moment, atMost)?.n ?? 0,
    unsettled: (limit) => unsettled.all(limit).map((row) => fromRow(row)),
  }
}

type Row = Omit<Order, 'limitPrice'> & { readonly limitPrice: string | null }

/** Leaves out an absent price, so that an order reads back as it was written. */
function fromRow(row: Row): Order
function fromRow(row: Row | undefined): Order | undefined
function fromRow(row: Row | undefined): Order | undefined {
  if (row === undefined) return undefined
  const { limitPrice, ...rest } = row
  return limitPrice === null ? rest : { ...rest, limitPrice }
}

/** Reads orders in the shape of {@link Order}. */
export const SELECT: string = `select order_id orderId, account_id accountId, client_order_id clientOrderId, symbol, side, type,
  quantity, limit_price limitPrice, status, created_at createdAt, updated_at updatedAt from orders`

/** The statuses of orders that the venue may still execute, as SQL. */
export const OPEN = `'submitting', 'accepted', 'unknown', 'cancelling'`
const ZERO: Decimal = Decimal.parse('0')
