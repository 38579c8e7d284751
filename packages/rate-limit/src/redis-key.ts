import { createHmac, hash, type KeyObject } from 'node:crypto'

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
  readonly #known = new Map<string, string>()

  /** @param secret keys the hash; without it, what has few values (an address) can be found by trying them all */
  constructor(prefix: string, policy: string, secret: KeyObject | undefined) {
    this.#prefix = prefix
    this.#policy = policy
    this.#secret = secret
  }

  of(key: string): string {
    return this.#known.get(key) ?? this.#make(key)
  }

  #make(key: string): string {
    const first = firstPart(key)
    const rest = first.length < key.length ? `:${this.#hash(key)}` : ''
    const name = `${this.#prefix}:{${this.#hash(first)}}:${this.#policy}${rest}`
    if (key.length <= LONGEST_KNOWN) {
      if (this.#known.size >= MAX_KNOWN) this.#known.clear()
      this.#known.set(key, name)
    }
    return name
  }

  /** 128 bits are enough for names. */
  #hash(text: string): string {
    const digest = this.#secret
      ? createHmac('sha256', this.#secret).update(text).digest('base64url')
      : hash('sha256', text, 'base64url')
    return digest.slice(0, 22)
  }
}

/** The first part of what joinKey() made, or all of any other key. */
function firstPart(key: string): string {
  const length = /^(\d{1,6}):/.exec(key)
  return length === null ? key : key.slice(0, length[0].length + Number(length[1]))
}

/** Names are remembered, since hashing costs more than the rest of a verdict here: so many, of so many characters. */
const MAX_KNOWN = 16_384
const LONGEST_KNOWN = 256
