import { hash, randomBytes } from 'node:crypto'
import { RingfenceError } from '@ringfence/errors'
import { systemClock, type Clock, type ReplayEntry, type ReplayStore, type ReplayVerdict } from '@ringfence/guard'
import { AHEAD_MS } from '../verify/freshness.ts'

export interface MemoryReplayStoreOptions {
  /** Nonces remembered at once (default 100000, about 15 MB); one more is refused, none is ever forgotten early. */
  readonly capacity?: number
  readonly clock?: Clock
}

/**
 * Remembers nonces in this process. Synchronous, therefore atomic. Kept is a hash under a key of this process.
 *
 * It forgets a nonce once `expiresAt` has come and from then on refuses everything that expires no later: should the
 * wall clock be set back, a forgotten nonce still cannot come in again. For the same reason it refuses what was created
 * before it began to remember: `created` is whole seconds and may be 1 s ahead, so that is anything up to its start
 * plus 1 s. After a start, requests are therefore accepted 1 to 2 s later.
 *
 * @throws {RingfenceError} `option_invalid`
 */
export function memoryReplayStore(options: MemoryReplayStoreOptions = {}): ReplayStore {
  const capacity = options.capacity ?? 100_000
  if (!Number.isSafeInteger(capacity) || capacity < 1) {
    throw new RingfenceError('option_invalid', 'memoryReplayStore: capacity must be a positive number of nonces')
  }
  return new MemoryReplayStore(capacity, options.clock ?? systemClock)
}

class MemoryReplayStore implements ReplayStore {
  readonly #capacity: number
  readonly #clock: Clock
  readonly #epoch: number
  readonly #salt = randomBytes(32).toString('latin1')
  /** Hash to expiry, oldest first. */
  readonly #seen = new Map<string, number>()
  /** The latest expiry of all nonces forgotten so far. */
  #forgotten = -Infinity
  /** Before this there is nothing to forget: a look at the map each time would pass over what it forgot before. */
  #nextExpiry = -Infinity

  constructor(capacity: number, clock: Clock) {
    this.#capacity = capacity
    this.#clock = clock
    this.#epoch = clock.now()
  }

  consume({ keyId, nonce, createdAt, expiresAt }: ReplayEntry): ReplayVerdict {
    if (!(createdAt > this.#epoch + AHEAD_MS) || !(expiresAt > this.#forgotten)) return 'before_epoch'
    const digest = hash('sha256', `${this.#salt}${keyId}\0${nonce}`, 'binary')
    if (this.#seen.has(digest)) return 'replayed'
    this.#forgetExpired()
    if (this.#seen.size >= this.#capacity) return 'full'
    this.#seen.set(digest, expiresAt)
    return 'fresh'
  }

  /** Stops at the first that is not expired: those behind it wait for it, seconds at most. */
  #forgetExpired(): void {
    const now = this.#clock.now()
    if (now < this.#nextExpiry) return
    for (const [digest, expiresAt] of this.#seen) {
      this.#nextExpiry = expiresAt
      if (!(expiresAt <= now)) return
      this.#seen.delete(digest)
      this.#forgotten = Math.max(this.#forgotten, expiresAt)
    }
  }
}
