import { checkedCapacity, type SessionCapacity } from './session-capacity.ts'
import type { SessionLimits, SessionOwner, SessionStore, SessionTimes } from './session-store.ts'

/**
 * Keeps sessions in this process: they end with it. Synchronous, therefore atomic.
 *
 * @throws {RingfenceError} `option_invalid`
 */
export function memorySessionStore(options: SessionCapacity = {}): SessionStore {
  return new MemorySessionStore(checkedCapacity(options, 'memorySessionStore'))
}

interface Kept {
  readonly owner: SessionOwner
  readonly expiresAt: number
  readonly idleMs: number
  idleExpiresAt: number
}

class MemorySessionStore implements SessionStore {
  readonly #capacity: number
  readonly #perKey: number
  readonly #sessions = new Map<string, Kept>()
  readonly #byKey = new Map<string, Set<string>>()
  #latest = -Infinity

  constructor({ capacity, perKey }: Required<SessionCapacity>) {
    this.#capacity = capacity
    this.#perKey = perKey
  }

  create(hash: string, owner: SessionOwner, { absoluteMs, idleMs }: SessionLimits, now: number): SessionTimes | 'full' {
    const time = this.#forward(now)
    if (this.#isFull(owner)) this.#sweep(time)
    if (this.#isFull(owner)) return 'full'
    const expiresAt = time + absoluteMs
    const kept = { owner, expiresAt, idleMs, idleExpiresAt: Math.min(time + idleMs, expiresAt) }
    this.#keep(hash, kept)
    return times(kept)
  }

  touch(hash: string, owner: SessionOwner, now: number): SessionTimes | undefined {
    const time = this.#forward(now)
    const kept = this.#live(hash, owner, time)
    if (kept === undefined) return undefined
    kept.idleExpiresAt = Math.min(time + kept.idleMs, kept.expiresAt)
    return times(kept)
  }

  rotate(hash: string, next: string, owner: SessionOwner, now: number): SessionTimes | undefined {
    const times = this.touch(hash, owner, now)
    const kept = this.#sessions.get(hash)
    if (times === undefined || kept === undefined) return undefined
    this.#drop(hash, kept)
    this.#keep(next, kept)
    return times
  }

  revoke(hash: string): boolean {
    const kept = this.#sessions.get(hash)
    if (kept === undefined) return false
    this.#drop(hash, kept)
    return true
  }

  revokeAll(keyId: string): number {
    const hashes = [...(this.#byKey.get(keyId) ?? [])]
    for (const hash of hashes) this.#sessions.delete(hash)
    this.#byKey.delete(keyId)
    return hashes.length
  }

  revokeEverything(): number {
    const count = this.#sessions.size
    this.#sessions.clear()
    this.#byKey.clear()
    return count
  }

  /** A clock that is set back must not lengthen a session. */
  #forward(now: number): number {
    return (this.#latest = Math.max(this.#latest, now))
  }

  /** Who is not its owner learns nothing, and changes nothing. */
  #live(hash: string, owner: SessionOwner, now: number): Kept | undefined {
    const kept = this.#sessions.get(hash)
    if (kept === undefined) return undefined
    if (!isLive(kept, now)) {
      this.#drop(hash, kept)
      return undefined
    }
    const { keyId, entry } = kept.owner
    return keyId === owner.keyId && (entry === undefined || entry === owner.entry) ? kept : undefined
  }

  #isFull({ keyId }: SessionOwner): boolean {
    return this.#sessions.size >= this.#capacity || (this.#byKey.get(keyId)?.size ?? 0) >= this.#perKey
  }

  #sweep(now: number): void {
    for (const [hash, kept] of this.#sessions) if (!isLive(kept, now)) this.#drop(hash, kept)
  }

  #keep(hash: string, kept: Kept): void {
    this.#sessions.set(hash, kept)
    const ofKey = this.#byKey.get(kept.owner.keyId) ?? new Set()
    this.#byKey.set(kept.owner.keyId, ofKey.add(hash))
  }

  #drop(hash: string, { owner }: Kept): void {
    this.#sessions.delete(hash)
    const ofKey = this.#byKey.get(owner.keyId)
    ofKey?.delete(hash)
    if (ofKey?.size === 0) this.#byKey.delete(owner.keyId)
  }
}

function isLive(kept: Kept, now: number): boolean {
  return now < kept.expiresAt && now < kept.idleExpiresAt
}

function times({ expiresAt, idleExpiresAt }: Kept): SessionTimes {
  return { expiresAt, idleExpiresAt }
}
