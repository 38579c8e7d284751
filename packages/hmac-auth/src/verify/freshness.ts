import type { Claim } from './claim.ts'
import type { HmacReason } from './hmac-reason.ts'

/**
 * When a verified request was signed, and whether it still counts. Time passes between the guards and the side effect, so
 * a handler asks again right before it acts.
 *
 * @example
 * ```ts
 * if (!ctx.signature.isFresh()) refuse('request_stale')
 * await venue.place(order)
 * ```
 */
export interface Freshness {
  /** `created` of the signature, in milliseconds since the epoch. */
  readonly createdAt: number
  /** True while the request would still be accepted: by its age, and by its key as the server knows it now. */
  isFresh(): boolean
}

/** Why a signature is not fresh at this moment. NaN in any place is not fresh. */
export function ageProblem({ createdAt, expiresAt }: Claim, now: number): HmacReason | undefined {
  const age = now - createdAt
  // The allowance for a fast clock of the client widens the window and never shortens the age.
  if (!(age >= -AHEAD_MS)) return 'created_in_future'
  if (!(age <= MAX_AGE_MS)) return 'created_too_old'
  return now < expiresAt ? undefined : 'signature_expired'
}

/** How long after `created` a request is accepted (ms), both ends included. */
export const MAX_AGE_MS = 5_000
/** How far `created` may lie ahead of this clock (ms). */
export const AHEAD_MS = 1_000
