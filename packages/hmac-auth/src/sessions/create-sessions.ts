import { hash, randomBytes } from 'node:crypto'
import { RingfenceError } from '@ringfence/errors'
import { DenyError, Principal, deny, systemClock, type Clock } from '@ringfence/guard'
import type { MaybePromise, SessionCall, SessionStore, SessionTimes } from './session-store.ts'

export interface SessionsOptions {
  readonly store: SessionStore
  /** From start to end, whatever happens in between (ms, default 4 h, at most 24 h). */
  readonly absoluteMs?: number
  /** From one use to the next (ms, default 15 min). */
  readonly idleMs?: number
  readonly clock?: Clock
  /** `(n) => n` bytes; the default is the system's CSPRNG. */
  readonly random?: (size: number) => Uint8Array
  /** Told what has happened, for the audit trail. If it throws, so does the call; what happened has happened. */
  readonly onEvent?: (event: SessionEvent) => void
}

/** What became of sessions. No event carries an id; a session that ends by its deadline ends without one. */
export type SessionEvent =
  | { readonly type: 'started' | 'rotated'; readonly keyId: string; readonly expiresAt: number }
  | { readonly type: 'revoked'; readonly keyId?: string }
  | { readonly type: 'all_revoked'; readonly keyId: string; readonly count: number }
  | { readonly type: 'everything_revoked'; readonly count: number }

/** A session as its owner sees it. Times are milliseconds since the epoch; at that moment it is over. */
export interface StartedSession extends SessionTimes {
  /** 256 random bits in base64url. Only its SHA-256 is kept, so it cannot be shown again. */
  readonly sessionId: string
}

/** Server-side sessions of API keys. */
export interface Sessions {
  /**
   * Starts a session of this caller.
   *
   * @param entry the local `address:port` it came in through, to bind the session to it: `request.peer.entry`
   * @throws {DenyError} `dependency_unavailable` if the store is full
   */
  start(principal: Principal, entry?: string): MaybePromise<StartedSession>
  /**
   * Answers the times of a live session of this caller and moves its idle deadline; undefined for anything else. An
   * unknown, ended, revoked or foreign session is one and the same answer.
   */
  check(
    sessionId: string,
    principal: Principal,
    entry?: string,
    options?: SessionCall,
  ): MaybePromise<SessionTimes | undefined>
  /**
   * Gives a live session of this caller a new id and ends the old one; its absolute deadline stays. For the moment its
   * holder gains rights, or an id may have been seen. Undefined as in `check`.
   */
  rotate(sessionId: string, principal: Principal, entry?: string): MaybePromise<StartedSession | undefined>
  /**
   * Ends one session; true if it was there. Visible to the very next check.
   *
   * @param by who asks, for the event
   */
  revoke(sessionId: string, by?: Principal): MaybePromise<boolean>
  /** Ends every session of a key; answers how many. */
  revokeAll(keyId: string): MaybePromise<number>
  /** The operator's emergency stop: ends every session of every key; answers how many. */
  revokeEverything(): MaybePromise<number>
}

/**
 * Sessions with an absolute and an idle timeout (policy TR-06, OWASP Session Management), bound to the key that started
 * them. Answers are synchronous if the store's are.
 *
 * @throws {RingfenceError} `option_invalid`
 *
 * @example
 * ```ts
 * const sessions = createSessions({ store: memorySessionStore(), idleMs: 15 * 60_000 })
 * const { sessionId } = await sessions.start(ctx.principal, request.peer.entry)
 * ```
 */
export function createSessions(options: SessionsOptions): Sessions {
  const { store } = options
  const clock = options.clock ?? systemClock
  const random = options.random ?? randomBytes
  const absoluteMs = within(options.absoluteMs ?? 4 * HOUR_MS, 'absoluteMs')
  const limits = { absoluteMs, idleMs: within(options.idleMs ?? HOUR_MS / 4, 'idleMs') }
  const tell = options.onEvent ?? (() => undefined)
  const newId = (): string => {
    const id = Buffer.from(random(ID_BYTES)).toString('base64url')
    return SESSION_ID.test(id) ? id : invalid('random must answer as many bytes as it is asked for')
  }
  return {
    start(principal, entry) {
      const [sessionId, keyId] = [newId(), genuine(principal).id]
      return then(store.create(hashed(sessionId), { keyId, entry }, limits, clock.now()), (times) => {
        if (times === 'full') throw new DenyError(deny('dependency_unavailable', { internal: FULL }))
        tell({ type: 'started', keyId, expiresAt: times.expiresAt })
        return { sessionId, ...times }
      })
    },
    check(sessionId, principal, entry, options) {
      const owner = { keyId: genuine(principal).id, entry }
      return SESSION_ID.test(sessionId) ? store.touch(hashed(sessionId), owner, clock.now(), options) : undefined
    },
    rotate(sessionId, principal, entry) {
      const [next, keyId] = [newId(), genuine(principal).id]
      if (!SESSION_ID.test(sessionId)) return undefined
      return then(store.rotate(hashed(sessionId), hashed(next), { keyId, entry }, clock.now()), (times) => {
        if (times === undefined) return undefined
        tell({ type: 'rotated', keyId, expiresAt: times.expiresAt })
        return { sessionId: next, ...times }
      })
    },
    revoke(sessionId, by) {
      if (!SESSION_ID.test(sessionId)) return false
      return then(store.revoke(hashed(sessionId)), (ended) => {
        if (ended) tell({ type: 'revoked', ...(by && { keyId: by.id }) })
        return ended
      })
    },
    revokeAll(keyId) {
      return then(store.revokeAll(keyId), (count) => {
        tell({ type: 'all_revoked', keyId, count })
        return count
      })
    },
    revokeEverything() {
      return then(store.revokeEverything(), (count) => {
        tell({ type: 'everything_revoked', count })
        return count
      })
    },
  }
}

/** Goes on at once where the store answers at once. */
function then<In, Out>(value: MaybePromise<In>, next: (value: In) => Out): MaybePromise<Out> {
  return value instanceof Promise ? value.then((settled) => next(settled)) : next(value)
}

/** An id has 256 bits of entropy, so it needs neither salt nor stretching. */
function hashed(sessionId: string): string {
  return hash('sha256', sessionId, 'base64url')
}

function genuine(principal: Principal): Principal {
  if (Principal.is(principal)) return principal
  throw new RingfenceError('guard_misused', 'the principal was not issued by a guard')
}

function within(ms: number, name: string): number {
  const fits = Number.isSafeInteger(ms) && ms >= 1 && ms <= 24 * HOUR_MS
  return fits ? ms : invalid(`${name} must be between 1 ms and 24 h`)
}

function invalid(why: string): never {
  throw new RingfenceError('option_invalid', `createSessions: ${why}`)
}

const FULL = { reason: 'session_store_full' }

const HOUR_MS = 3_600_000
const ID_BYTES = 32
const SESSION_ID = /^[A-Za-z0-9_-]{43}$/
