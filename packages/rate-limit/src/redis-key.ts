import { createHmac, hash, type KeyObject } from 'node:crypto'
import { joinKey } from './join-key.ts'
import { KeyHash, type Hashed } from './key-hash.ts'
import type { KeyParts, Policy } from './policy.ts'

/** A key as Redis knows it and as the logs of this process do, and what is known here of its log. */
export interface KnownKey extends Hashed {
  readonly name: string
  /**
   * Until then Redis has nothing left for the key under {@link deniedLimit}: no unit leaves the window, so no call can be
   * admitted and Redis need not be asked. The wait is counted from before the question: it ends no later than the truth.
   */
  deniedUntil: number
  deniedLimit: number
}

/**
 * The keys of one policy in Redis: `prefix:{tag}:policy`, or `prefix:{tag}:policy:rest` for a key of several parts.
 *
 * The tag is made of the first part (the endpoint), so all policies of an endpoint lie in one slot of a cluster; the
 * rest of all of them. Both are hashed: a dump of Redis, its MONITOR and its slow log show no principal and no address.
 */
export class RedisKeys {
  readonly #prefix: string
  readonly #policy: string
  readonly #secret: KeyObject | undefined
  readonly #hash = new KeyHash()
  /** Apart, since a text may look like joined parts. */
  readonly #ofTexts: KnownKeys
  readonly #ofParts: KnownKeys

  /** @param secret keys the hash; without it, what has few values (an address) can be found by trying them all */
  constructor(prefix: string, { name, maxKeys }: Pick<Policy, 'name' | 'maxKeys'>, secret: KeyObject | undefined) {
    this.#prefix = prefix
    this.#policy = name
    this.#secret = secret
    this.#ofTexts = new KnownKeys(maxKeys)
    this.#ofParts = new KnownKeys(maxKeys)
  }

  of(key: KeyParts): KnownKey {
    if (typeof key === 'string') return this.#ofTexts.get(key) ?? this.#know(key, this.#ofTexts, key)
    const joined = joinKey(key)
    return this.#ofParts.get(joined) ?? this.#know(key, this.#ofParts, joined)
  }

  #know(key: KeyParts, known: KnownKeys, text: string): KnownKey {
    const [first, rest] = typeof key === 'string' ? [key, ''] : [key[0] ?? '', `:${this.#digest(text)}`]
    const name = `${this.#prefix}:{${this.#digest(first)}}:${this.#policy}${rest}`
    this.#hash.of(key)
    const made = { name, low: this.#hash.low, high: this.#hash.high, deniedUntil: -Infinity, deniedLimit: 0 }
    known.add(text, made)
    return made
  }

  /** 128 bits are enough for names. Not over UTF-8, in which all lone surrogates are the same. */
  #digest(text: string): string {
    const bytes = Buffer.from(text, 'utf16le')
    const digest = this.#secret
      ? createHmac('sha256', this.#secret).update(bytes).digest('base64url')
      : hash('sha256', bytes, 'base64url')
    return digest.slice(0, 22)
  }
}

/**
 * Keys are remembered, since hashing them costs more than the rest of a verdict here: as many as have logs here, of so many
 * characters. To forget one only means to hash it and to ask Redis again.
 */
class KnownKeys {
  readonly #max: number
  readonly #known = new Map<string, KnownKey>()
  /** One walk through the map, ever: a new one would pass over every key forgotten since the map last grew. */
  readonly #byAge = this.#known.keys()

  constructor(max: number) {
    this.#max = max
  }

  get(key: string): KnownKey | undefined {
    return this.#known.get(key)
  }

  add(key: string, known: KnownKey): void {
    if (key.length > LONGEST_KNOWN) return
    if (this.#known.size >= this.#max) this.#known.delete(this.#byAge.next().value!)
    this.#known.set(key, known)
  }
}

const LONGEST_KNOWN = 256
