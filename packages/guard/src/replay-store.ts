/** One authenticated request that must not be accepted a second time. */
export interface ReplayEntry {
  readonly keyId: string
  /** The nonce as sent; stores keep only a hash of it. */
  readonly nonce: string
  /** When the caller says it made the request: milliseconds since the epoch, whole seconds. */
  readonly createdAt: number
  /** From when on freshness alone refuses the request, so that the store may forget it: milliseconds since the epoch. */
  readonly expiresAt: number
  /** What asks: a store behind a network gives all calls of one request one budget. */
  readonly request?: object
}

/**
 * - `fresh`: seen for the first time, and now remembered until `expiresAt`.
 * - `replayed`: seen before.
 * - `before_epoch`: made before this store began to remember, so nobody can know; refuse it.
 * - `full`: the store can remember no more; refuse it. A store never forgets a live nonce to make room.
 */
export type ReplayVerdict = 'fresh' | 'replayed' | 'before_epoch' | 'full'

/** Remembers nonces. `consume` is atomic: of any number of concurrent equal entries exactly one is `fresh`. */
export interface ReplayStore {
  consume(entry: ReplayEntry): ReplayVerdict | Promise<ReplayVerdict>
}
