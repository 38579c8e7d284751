/** Who a session belongs to: it is worth nothing with another key, or through another entry if it was started with one. */
export interface SessionOwner {
  readonly keyId: string
  readonly entry: string | undefined
}

/** The deadlines of a session, in milliseconds since the epoch. At the deadline it is over. */
export interface SessionTimes {
  /** Never moves. */
  readonly expiresAt: number
  /** Moves with every use, never beyond `expiresAt`. */
  readonly idleExpiresAt: number
}

/** What ends sessions, in milliseconds. */
export interface SessionLimits {
  readonly absoluteMs: number
  readonly idleMs: number
}

/** What a check is made for. */
export interface SessionCall {
  /** A store behind a network gives all calls of one request one budget. */
  readonly request?: object
}

/**
 * Keeps sessions under the hash of their id; it never sees an id. Every method is atomic. `now` is the caller's clock in
 * milliseconds since the epoch; a store shared by several processes goes by its own clock instead.
 */
export interface SessionStore {
  /** Answers `full` rather than forgetting a live session. */
  create(hash: string, owner: SessionOwner, limits: SessionLimits, now: number): MaybePromise<SessionTimes | 'full'>
  /** If the session is live and has this owner: moves its idle deadline and answers its times. */
  touch(hash: string, owner: SessionOwner, now: number, options?: SessionCall): MaybePromise<SessionTimes | undefined>
  /** If the session is live and has this owner: moves it to another hash, its absolute deadline staying as it is. */
  rotate(hash: string, next: string, owner: SessionOwner, now: number): MaybePromise<SessionTimes | undefined>
  /** Ends the session; true if there was one. */
  revoke(hash: string): MaybePromise<boolean>
  /** Ends every session of the key; answers how many. */
  revokeAll(keyId: string): MaybePromise<number>
  /** Ends every session there is; answers how many. */
  revokeEverything(): MaybePromise<number>
}

/** A store in this process answers at once, and then so does everything built on it. */
export type MaybePromise<Value> = Value | Promise<Value>
