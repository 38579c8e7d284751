import type { VenueStatus } from '../venues/venue.ts'
import type { Desk } from './desk.ts'
import type { Order, OrderStatus } from './order.ts'

/**
 * What an order's status becomes when the venue was asked about it.
 *
 * @param answer undefined if the venue gave none: then nothing is known. `missing` means that the order never arrived,
 * but only once it can no longer be on its way; until then nothing is known either.
 */
export function statusAfter(
  order: Order,
  answer: VenueStatus | undefined,
  { clock, venue }: Pick<Desk, 'clock' | 'venue'>,
): OrderStatus {
  if (answer === undefined) return order.status === 'cancelling' ? 'cancelling' : 'unknown'
  if (answer !== 'missing') return answer
  return clock.now() - order.createdAt >= venue.settleMs ? 'rejected' : 'unknown'
}
