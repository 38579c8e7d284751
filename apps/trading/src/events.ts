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

/** The operator stopped new orders; `*` stands for all instruments. */
export const tradingHalted = allowlistEvent({
  event: 'trading.halted',
  fields: { symbol: 'string', changed: 'boolean' },
})

/** The operator lifted a halt, or there was none to lift. */
export const tradingResumed = allowlistEvent({
  event: 'trading.resumed',
  fields: { symbol: 'string', changed: 'boolean' },
})

/** What is halted after a halt was lifted. */
export const stillHalted = allowlistEvent({ event: 'trading.still_halted', fields: { symbols: 'string' } })

/** The trail was recomputed up to this head, and compared with so many logged ones. */
export const trailHolds = allowlistEvent({
  event: 'trail.holds',
  fields: { seq: 'number', mac: 'string', heads: 'number' },
})

/** The trail holds up to this entry only, or does not fit the orders. */
export const trailBroken = allowlistEvent({
  event: 'trail.broken',
  fields: { seq: 'number', mac: 'string', heads: 'number', problem: 'string' },
})

/** The keys were exchanged while the app runs. */
export const keysReloaded = allowlistEvent({
  event: 'keys.reloaded',
  fields: { count: 'number', added: 'number', removed: 'number' },
})

/** The limits of single keys were read again while the app runs. */
export const limitsReloaded = allowlistEvent({ event: 'limits.reloaded', fields: { count: 'number' } })

/** When this process last let a key in (ISO 8601), and when with the secret before its rotation. */
export const keyUse = allowlistEvent({
  event: 'key.use',
  fields: {
    keyId: 'string',
    label: 'string',
    scope: ['read', 'trade'],
    lastUsed: 'string',
    previousLastUsed: 'string',
  },
})

/** What became of sessions; `expiresAt` is in ms since the epoch. No session id is ever told. */
export const sessionsChanged = allowlistEvent({
  event: 'sessions.changed',
  fields: {
    type: ['started', 'rotated', 'revoked', 'all_revoked', 'everything_revoked'],
    keyId: 'string',
    expiresAt: 'number',
    count: 'number',
  },
})

/** The connection to Redis was made or lost; while it is lost, guarded requests are refused. */
export const redisChanged = allowlistEvent({
  event: 'redis.changed',
  fields: { state: ['up', 'down'], reason: 'string' },
})
