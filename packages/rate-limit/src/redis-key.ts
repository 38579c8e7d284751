import { createHmac, hash, type KeyObject } from 'node:crypto'
import { joinKey } from './join-key.ts'
import type { KeyParts } from './policy.ts'

/**
 * Names of one policy's logs in Redis: `prefix:{tag}:policy`, or `prefix:{tag}:policy:rest` for a key of several parts.
 *
 * The tag is made of the first part (the endpoint), so all policies of an endpoint lie in one slot of a cluster; the
 * rest of all of them. Both are hashed: a dump of Redis, its MONITOR and its slow log show no principal and no address.
 */
export class RedisKeys {
  readonly #prefix: string
  readonly #policy: string
  readonly #secret: KeyObject | undefined
  /** Apart, since a text may look like joined parts. */
  readonly #ofTexts = new Map<string, string>()
  readonly #ofParts = new Map<string, string>()

  /** @param secret keys the hash; without it, what has few values (an address) can be found by trying them all */
  constructor(prefix: string, policy: string, secret: KeyObject | undefined) {
    this.#prefix = prefix
    this.#policy = policy
    this.#secret = secret
  }

  of(key: KeyParts): string {
    const [known, text] = typeof key === 'string' ? [this.#ofTexts, key] : [this.#ofParts, joinKey(key)]
    const name = known.get(text)
    if (name !== undefined) return name
    const made = this.#make(key)
    if (text.length <= LONGEST_KNOWN) {
      if (known.size >= MAX_KNOWN) known.clear()
      known.set(text, made)
    }
    return made
  }

  #make(key: KeyParts): string {
    const [first, rest] = typeof key === 'string' ? [key, ''] : [key[0] ?? '', `:${this.#hash(joinKey(key))}`]
    return `${this.#prefix}:{${this.#hash(first)}}:${this.#policy}${rest}`
  }

  /** 128 bits are enough for names. Not over UTF-8, in which all lone surrogates are the same. */
  #hash(text: string): string {
    const bytes = Buffer.from(text, 'utf16le')
    const digest = this.#secret
      ? createHmac('sha256', this.#secret).update(bytes).digest('base64url')
      : hash('sha256', bytes, 'base64url')
    return digest.slice(0, 22)
  }
}

/** Names are remembered, since hashing costs more than the rest of a verdict here: so many, of so many characters. */
const MAX_KNOWN = 16_384
const LONGEST_KNOWN = 256
