import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { inspect, toUSVString } from 'node:util'
import { RingfenceError } from '@ringfence/errors'

/**
 * A value that no sink prints: inspect, JSON, templates, concatenation, spread, structuredClone and error messages all
 * show `[secret]` or nothing. `use` is the only way to it, so `grep '\.use('` finds every access.
 *
 * The value is kept as bytes: heap dumps contain strings, private ones included, but not the content of buffers. One
 * own property, a fingerprint keyed per process, makes `deepStrictEqual` tell two secrets apart, which private fields
 * alone do not. A structured clone (worker, postMessage) holds the fingerprint only: send the source, not the secret.
 *
 * @example
 * ```ts
 * const key = new Secret('correct horse battery staple')
 * `${key}`                                        // '[secret]'
 * const hmacKey = key.use((text) => createSecretKey(text, 'utf8'))
 * ```
 */
export class Secret<T extends string | Uint8Array = string> {
  /** 64 bits of HMAC-SHA256 under a random key of this process: equal within it for equal secrets, else meaningless. */
  readonly fingerprint: string
  readonly #bytes: Buffer
  readonly #isText: boolean

  /** @param value copied; text must be well-formed Unicode, since it is kept as UTF-8 */
  constructor(value: T) {
    const isText = typeof value === 'string'
    if (!isText && !(value instanceof Uint8Array)) {
      throw new RingfenceError('option_invalid', 'Secret: the value must be a string or a Uint8Array')
    }
    if (isText && toUSVString(value) !== value) {
      throw new RingfenceError('option_invalid', 'Secret: the text contains a lone surrogate')
    }
    const source = isText ? Buffer.from(value, 'utf8') : value
    // Not from the shared pool, whose neighbours can reach it through .buffer.
    this.#bytes = Buffer.allocUnsafeSlow(source.length)
    this.#bytes.set(source)
    this.#isText = isText
    this.fingerprint = createHmac('sha256', PROCESS_KEY)
      .update(isText ? 'text\0' : 'bytes\0')
      .update(this.#bytes)
      .digest('hex')
      .slice(0, 16)
    Object.freeze(this)
  }

  /**
   * Hands the value to `reveal` and answers its result. Bytes are a fresh copy each time, yours to wipe.
   * Keep the value inside the callback: derive a KeyObject or a connection there.
   */
  use<R>(reveal: (value: T) => R): R {
    const value = this.#isText ? this.#bytes.toString('utf8') : Uint8Array.from(this.#bytes)
    return reveal(value as T)
  }

  /** Compares in constant time (for equal lengths). Text never equals bytes. */
  equals(other: Secret | Secret<Uint8Array>): boolean {
    if (!(#bytes in other) || this.#isText !== other.#isText) return false
    return this.#bytes.length === other.#bytes.length && timingSafeEqual(this.#bytes, other.#bytes)
  }

  toString(): string {
    return MARK
  }

  toJSON(): string {
    return MARK
  }

  [Symbol.toPrimitive](): string {
    return MARK
  }

  static {
    Object.defineProperty(this.prototype, inspect.custom, { value: () => MARK })
  }
}

const MARK = '[secret]'

const PROCESS_KEY = randomBytes(32)
