import type { Clock } from '@ringfence/guard'
import type { HmacReason } from './hmac-reason.ts'

/**
 * When a verified request was signed. Time passes between the guards and the side effect, so a handler asks again right
 * before it acts.
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
  /** Reads the clock now: true while the request would still be accepted. */
  isFresh(): boolean
}

/** How a signature ages, bound to a clock. */
export class SignatureAge implements Freshness {
  readonly #createdAt: number
  readonly #expiresAt: number
  readonly #clock: Clock

  constructor(createdAt: number, expiresAt: number, clock: Clock) {
    this.#createdAt = createdAt
    this.#expiresAt = expiresAt
    this.#clock = clock
  }

  get createdAt(): number {
    return this.#createdAt
  }

  isFresh(): boolean {
    return this.problem() === undefined
  }

  /** Why the request is not fresh at this moment. NaN in any place is not fresh. */
  problem(): HmacReason | undefined {
    const now = this.#clock.now()
    const age = now - this.#createdAt
    // The allowance for a fast clock of the client widens the window and never shortens the age.
    if (!(age >= -AHEAD_MS)) return 'created_in_future'
    if (!(age <= MAX_AGE_MS)) return 'created_too_old'
    return now < this.#expiresAt ? undefined : 'signature_expired'
  }
}

/** How long after `created` a request is accepted (ms), both ends included. */
export const MAX_AGE_MS = 5_000
/** How far `created` may lie ahead of this clock (ms). */
export const AHEAD_MS = 1_000
