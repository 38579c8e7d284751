import { RingfenceError } from '@ringfence/errors'

/** Refused before a byte left. `origin` is scheme, host and port: never a path, a query or userinfo. */
export function denied(origin: string, reason: string): RingfenceError {
  return new RingfenceError('egress_denied', `egress to ${origin} refused: ${reason}`)
}

/** Tried, and came to nothing. */
export function failed(origin: string, reason: string): RingfenceError {
  return new RingfenceError('egress_failed', `egress to ${origin} failed: ${reason}`)
}
