import type { Instrument } from '../orders/instrument.ts'
import type { Order } from '../orders/order.ts'

/** What the venue knows about an order id; `missing` if it never saw it. */
export type VenueStatus = 'accepted' | 'rejected' | 'cancelled' | 'missing'

/**
 * Where orders are executed. Every call may throw or outlive its deadline, and then says nothing about what happened:
 * the caller asks `status` later. The order id is the idempotency key of `submit`.
 */
export interface Venue {
  readonly name: string
  /** For how long (ms) a submission whose answer was lost may still arrive: until then `missing` proves nothing. */
  readonly settleMs: number
  instruments(signal: AbortSignal): Promise<readonly Instrument[]>
  submit(order: Order, signal: AbortSignal): Promise<'accepted' | 'rejected'>
  /** Asks to cancel, and answers where the order stands afterwards. */
  cancel(orderId: string, signal: AbortSignal): Promise<VenueStatus>
  status(orderId: string, signal: AbortSignal): Promise<VenueStatus>
  /** Resolves if the venue can take orders now, else rejects. */
  ready(signal: AbortSignal): Promise<void>
  /** Closes its connections. */
  close?(): Promise<void>
}
