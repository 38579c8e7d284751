/** What a client asks for, after validation. Amounts are decimal strings. */
export interface OrderRequest {
  /** The client's own id, which makes placing idempotent per account. */
  readonly clientOrderId: string
  readonly symbol: string
  readonly side: 'buy' | 'sell'
  readonly type: 'limit' | 'market'
  readonly quantity: string
  readonly limitPrice?: string | undefined
}

/**
 * Where an order stands. `submitting` and `cancelling` are written before the venue is asked, `unknown` when it gave
 * no answer: those three are settled by asking the venue, never by sending again.
 */
export type OrderStatus = 'submitting' | 'accepted' | 'rejected' | 'unknown' | 'cancelling' | 'cancelled'

/** An order as the database keeps it. */
export interface Order extends OrderRequest {
  readonly orderId: string
  readonly accountId: string
  readonly status: OrderStatus
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly updatedAt: number
}

/** The answer to placing or cancelling. */
export interface OrderAnswer {
  readonly orderId: string
  readonly clientOrderId: string
  readonly status: OrderStatus
}

/** The part of an order that its client may see again. */
export function answerOf({ orderId, clientOrderId, status }: OrderAnswer): OrderAnswer {
  return { orderId, clientOrderId, status }
}
