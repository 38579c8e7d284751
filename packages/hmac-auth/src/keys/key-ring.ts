import { createSecretKey, type KeyObject } from 'node:crypto'
import { RingfenceError } from '@ringfence/errors'
import type { Principal } from '@ringfence/guard'
import { issuePrincipal } from '@ringfence/guard/authenticator'
import type { Secret } from '@ringfence/secret-config'
import { parseApiKeyRecord, type ApiKeyRecord, type ApiKeyScope, type ParsedApiKeyRecord } from './api-key-record.ts'

/** The keys a server knows, exchangeable while it runs. */
export interface KeyRing {
  /**
   * Exchanges all keys at once. Requests already verified go on; one that still uploads its body is judged again by the
   * new set. Nothing changes if any record is invalid.
   *
   * @throws {RingfenceError} `key_invalid` naming every problem, never a value
   */
  replace(records: readonly ApiKeyRecord[]): void
  /**
   * When a request signed with a secret that the key has now last passed every check, in this process (ms since the
   * epoch); undefined if none did.
   */
  lastUsed(id: string): number | undefined
  /** The same for the secret before the rotation alone: once its users have moved, it can go before its deadline. */
  previousLastUsed(id: string): number | undefined
  readonly ids: readonly string[]
}

/** A key ready for use: every secret is a KeyObject, so that no request pays for making one. */
export interface ApiKey extends Omit<ParsedApiKeyRecord, 'secret' | 'previous'> {
  readonly scope: ApiKeyScope
  readonly secrets: readonly LiveSecret[]
}

/** A secret with the moment from which it no longer counts. */
export interface LiveSecret {
  readonly key: KeyObject
  /** Names the secret within this process, so that its last use is known over an exchange of the keys. */
  readonly fingerprint: string
  /** Milliseconds since the epoch; infinite if the key does not expire. */
  readonly notAfter: number
  /** Who a request signed with this secret comes from. */
  readonly principal: Principal<ApiKeyScope>
}

/**
 * Makes a key ring from records, or from the unknown value that configuration yields: each is checked strictly.
 *
 * @throws {RingfenceError} `key_invalid` naming every problem, never a value
 *
 * @example
 * ```ts
 * const keys = keyRing(JSON.parse(process.env.TRADING_API_KEYS))
 * process.on('SIGHUP', () => keys.replace(readKeys()))
 * ```
 */
export function keyRing(records: readonly ApiKeyRecord[]): KeyRing {
  return new Ring(records)
}

/** What `hmacAuth` takes: a ring, or the records of one. */
export function ringOf(keys: KeyRing | readonly ApiKeyRecord[]): Ring {
  return keys instanceof Ring ? keys : new Ring(keys as readonly ApiKeyRecord[])
}

export class Ring implements KeyRing {
  /** By the fingerprint of the secret. */
  readonly #lastUsed = new Map<string, number>()
  #keys: ReadonlyMap<string, ApiKey>
  #mostSecrets: number

  constructor(records: readonly ApiKeyRecord[]) {
    this.#keys = load(records)
    this.#mostSecrets = mostSecrets(this.#keys)
  }

  get ids(): readonly string[] {
    return [...this.#keys.keys()]
  }

  replace(records: readonly ApiKeyRecord[]): void {
    this.#keys = load(records)
    this.#mostSecrets = mostSecrets(this.#keys)
    const current = new Set([...this.#keys.values()].flatMap(({ secrets }) => secrets.map((one) => one.fingerprint)))
    for (const fingerprint of this.#lastUsed.keys()) if (!current.has(fingerprint)) this.#lastUsed.delete(fingerprint)
  }

  lastUsed(id: string): number | undefined {
    const times = this.find(id)?.secrets.map((secret) => this.#lastUsed.get(secret.fingerprint) ?? -Infinity) ?? []
    const last = Math.max(...times)
    return last === -Infinity ? undefined : last
  }

  previousLastUsed(id: string): number | undefined {
    const previous = this.find(id)?.secrets[1]
    return previous && this.#lastUsed.get(previous.fingerprint)
  }

  /** The most secrets any one key has: 2 during a rotation, else 1. */
  get mostSecrets(): number {
    return this.#mostSecrets
  }

  find(id: string): ApiKey | undefined {
    return this.#keys.get(id)
  }

  used({ fingerprint }: LiveSecret, now: number): void {
    this.#lastUsed.set(fingerprint, now)
  }
}

function load(records: readonly ApiKeyRecord[]): ReadonlyMap<string, ApiKey> {
  if (!Array.isArray(records) || records.length === 0) throw invalid('keys must be a list of at least one key record')
  if (records.length > MAX_KEYS) throw invalid(`keys must not list more than ${MAX_KEYS} records`)
  const keys = new Map<string, ApiKey>()
  const secrets = new Set<string>()
  const problems: string[] = []
  for (const [i, record] of (records as readonly unknown[]).entries()) {
    try {
      const parsed = parseApiKeyRecord(record, `keys[${i}]`)
      if (keys.has(parsed.id)) throw invalid(`keys[${i}]: id is taken by an earlier record`)
      // Whoever holds a secret could act as every key that shares it.
      for (const { fingerprint } of secretsOf(parsed)) {
        if (secrets.has(fingerprint)) throw invalid(`keys[${i}]: a secret is taken by an earlier record`)
        secrets.add(fingerprint)
      }
      keys.set(parsed.id, usable(parsed))
    } catch (error) {
      if (!(error instanceof RingfenceError)) throw error
      problems.push(error.message)
    }
  }
  if (problems.length > 0) throw invalid(problems.join('; '))
  return keys
}

function mostSecrets(keys: ReadonlyMap<string, ApiKey>): number {
  return Math.max(...[...keys.values()].map((key) => key.secrets.length))
}

function secretsOf({ secret, previous }: ParsedApiKeyRecord): readonly Secret[] {
  return previous === undefined ? [secret] : [secret, previous.secret]
}

function usable({ secret, previous, ...record }: ParsedApiKeyRecord): ApiKey {
  const live = [liveSecret(record, secret, record.notAfter)]
  // The deadline of the old secret never outlives the key's own.
  if (previous !== undefined)
    live.push(liveSecret(record, previous.secret, Math.min(previous.notAfter, record.notAfter)))
  return Object.freeze({ ...record, secrets: live })
}

function liveSecret(
  { id, scope }: Pick<ParsedApiKeyRecord, 'id' | 'scope'>,
  secret: Secret,
  notAfter: number,
): LiveSecret {
  const expiresAt = notAfter === Infinity ? undefined : notAfter
  return {
    key: keyObject(secret),
    fingerprint: secret.fingerprint,
    notAfter,
    principal: issuePrincipal({ kind: 'api-key', id, clientId: id, scopes: [scope], expiresAt }),
  }
}

/** The HMAC key is the UTF-8 of the whole text, prefix and checksum included. */
function keyObject(secret: Secret): KeyObject {
  return secret.use((text) => createSecretKey(text, 'utf8'))
}

function invalid(why: string): RingfenceError {
  return new RingfenceError('key_invalid', why)
}

const MAX_KEYS = 1_000
