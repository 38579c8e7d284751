import { allowlistEvent } from '@ringfence/log-redaction'

/** The process takes requests. */
export const listening = allowlistEvent({
  event: 'listening',
  fields: { hosts: 'string', port: 'number', venue: 'string' },
})

/** The process has stopped cleanly. */
export const stopped = allowlistEvent({ event: 'stopped', fields: {} })

/** An order came to a status. Its side, price and quantity are nobody's business here (policy TR-22). */
export const orderSettled = allowlistEvent({
  event: 'order.settled',
  fields: {
    orderId: 'string',
    accountId: 'string',
    status: ['submitting', 'accepted', 'rejected', 'unknown', 'cancelling', 'cancelled'],
  },
})

/** The newest entry of the order trail. Kept outside the database, heads prove that no tail was cut off. */
export const trailHead = allowlistEvent({ event: 'trail.head', fields: { seq: 'number', mac: 'string' } })

/** Orders whose fate only the venue knows. */
export const ordersUnsettled = allowlistEvent({ event: 'orders.unsettled', fields: { count: 'number' } })

/** The venue did not describe its instruments: the last known ones stay. */
export const instrumentsStale = allowlistEvent({ event: 'instruments.stale', fields: { venue: 'string' } })
