import type { Clock } from '@ringfence/guard'
import type { VerificationKey } from '../jws/import-jwk.ts'
import { settledWithin } from '../settled-within.ts'
import type { KeySet } from './key-set.ts'
import { LoadError, type KeyLoader, type LoadFailure } from './load-keys.ts'

/** What happens to the issuer's keys; for logs and alarms. */
export type KeyEvent =
  | { readonly type: 'keys_loaded'; readonly usable: number; readonly ignored: number; readonly changed: boolean }
  | { readonly type: 'keys_failed'; readonly reason: LoadFailure; readonly failures: number }
  | { readonly type: 'keys_expired' }

/** Keys to try (none: the issuer does not know this key), or the time after which it makes sense to ask again. */
export type Lookup = readonly VerificationKey[] | { readonly retryAfterMs: number }

export interface KeySourceOptions {
  readonly load: KeyLoader
  readonly clock: Clock
  readonly onEvent: (event: KeyEvent) => void
}

/**
 * The keys of an issuer, kept fresh without asking too often. Once keys are known there is at most one load per 30 s,
 * whatever tokens say and however the issuer fails; without keys, attempts back off from 1 s to 30 s. Known keys outlive
 * an outage by 1 h, then nothing is accepted. Requests drive it: there is no timer while nobody asks.
 */
export class KeySource {
  readonly #options: KeySourceOptions
  readonly #closing = new AbortController()
  #keys: KeySet | undefined
  #loadedAt = Number.NEGATIVE_INFINITY
  #attemptedAt = Number.NEGATIVE_INFINITY
  /** Loads that failed since the last one that did not. */
  #failures = 0
  #loading: Promise<void> | undefined
  #generation = 0

  constructor(options: KeySourceOptions) {
    this.#options = options
  }

  /** Grows whenever the set of keys changes: what was verified with an older set must be verified again. */
  get generation(): number {
    return this.#generation
  }

  /** When the keys at hand are too old to be used, unless they are loaded again; on the monotonic clock (ms). */
  get until(): number {
    return this.#loadedAt + MAX_AGE_MS
  }

  /** True while there are keys to verify with. If there are none, this also starts a load when one is due. */
  hasKeys(): boolean {
    this.#expire()
    if (this.#keys === undefined) void this.#refresh()
    return this.#keys !== undefined
  }

  /** Answers at once with fresh keys; otherwise after a load that was due or is under way. */
  find(kid: string | undefined, alg: string): Lookup | Promise<Lookup> {
    this.#expire()
    const found = this.#keys?.match(kid, alg) ?? []
    if (found.length === 0) {
      const loading = this.#refresh()
      return loading === undefined ? this.#missing() : loading.then(() => this.#afterLoad(kid, alg))
    }
    const age = this.#options.clock.monotonic() - this.#loadedAt
    if (age < TTL_MS - REFRESH_AHEAD_MS) return found
    const loading = this.#refresh()
    // In a known outage nobody waits: the keys at hand are all there is.
    if (age < TTL_MS || loading === undefined || this.#failures > 0) return found
    return settledWithin(loading, STALE_WAIT_MS).then(() => this.#afterLoad(kid, alg))
  }

  close(): void {
    this.#closing.abort()
    this.#keys = undefined
  }

  #afterLoad(kid: string | undefined, alg: string): Lookup {
    const found = this.#keys?.match(kid, alg) ?? []
    return found.length > 0 ? found : this.#missing()
  }

  /** A key that is not there is unknown to the issuer only if the issuer was heard. */
  #missing(): Lookup {
    if (this.#keys !== undefined && this.#failures === 0) return []
    return { retryAfterMs: Math.max(0, this.#attemptedAt + this.#intervalMs() - this.#options.clock.monotonic()) }
  }

  #expire(): void {
    if (this.#keys === undefined || this.#options.clock.monotonic() - this.#loadedAt < MAX_AGE_MS) return
    this.#keys = undefined
    this.#generation++
    this.#options.onEvent({ type: 'keys_expired' })
  }

  #intervalMs(): number {
    if (this.#keys !== undefined) return COOLDOWN_MS
    return this.#failures === 0 ? 0 : Math.min(COOLDOWN_MS, FIRST_BACKOFF_MS * 2 ** (this.#failures - 1))
  }

  /** The load under way, or a new one if it is due. Never rejects. */
  #refresh(): Promise<void> | undefined {
    if (this.#loading !== undefined) return this.#loading
    const now = this.#options.clock.monotonic()
    if (this.#closing.signal.aborted || now - this.#attemptedAt < this.#intervalMs()) return undefined
    this.#attemptedAt = now
    this.#loading = this.#load().finally(() => (this.#loading = undefined))
    return this.#loading
  }

  async #load(): Promise<void> {
    const timeout = new AbortController()
    const signal = AbortSignal.any([timeout.signal, this.#closing.signal])
    const loaded = this.#options.load(signal).then(
      (keys) => keys,
      (error: unknown) => (error instanceof LoadError ? error.reason : 'unreachable'),
    )
    // The race also ends a fetch that ignores its signal.
    const outcome = (await settledWithin(loaded, LOAD_TIMEOUT_MS)) ?? 'timeout'
    timeout.abort()
    if (this.#closing.signal.aborted) return
    if (typeof outcome === 'string') {
      this.#failures++
      this.#options.onEvent({ type: 'keys_failed', reason: outcome, failures: this.#failures })
      return
    }
    const changed = outcome.identity !== this.#keys?.identity
    if (changed) this.#generation++
    this.#keys = outcome
    this.#loadedAt = this.#attemptedAt
    this.#failures = 0
    this.#options.onEvent({ type: 'keys_loaded', usable: outcome.size, ignored: outcome.ignored, changed })
  }
}

/** Keys older than this are loaded again before they are used; 30 s earlier they already are, behind the request. */
const TTL_MS = 300_000
const REFRESH_AHEAD_MS = 30_000

/** How long keys are used when the issuer cannot be asked. */
const MAX_AGE_MS = 3_600_000

/** Between two attempts once keys are known, and the most between two attempts without. */
const COOLDOWN_MS = 30_000
const FIRST_BACKOFF_MS = 1_000

/** A load goes on behind the requests that no longer wait for it. */
const LOAD_TIMEOUT_MS = 5_000

/** How long a request waits for fresher keys when it could go on with the ones at hand. */
const STALE_WAIT_MS = 200
