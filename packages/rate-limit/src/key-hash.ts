import { hash as digest, randomBytes } from 'node:crypto'
import { joinKey } from './join-key.ts'
import type { KeyParts } from './policy.ts'

/** The halves of a hash as signed 32-bit integers. */
export interface Hashed {
  readonly low: number
  readonly high: number
}

/**
 * HalfSipHash-1-3 with 64 bits of output under a key of this process, so that nobody outside can pick keys that meet in
 * one bucket. It is no MAC: it spreads keys over a table, as it does in the Linux kernel and, with longer words, in Rust
 * and Python. Source: Aumasson and Bernstein, https://github.com/veorq/SipHash
 */
export class KeyHash implements Hashed {
  /** The last hash: a result object per call would cost more than the hash. */
  low = 0
  high = 0
  readonly #k0: number
  readonly #k1: number
  #v0 = 0
  #v1 = 0
  #v2 = 0
  #v3 = 0

  constructor(seed: Buffer = randomBytes(8)) {
    this.#k0 = seed.readInt32LE(0)
    this.#k1 = seed.readInt32LE(4)
  }

  /**
   * Hashes the bytes of an ASCII text. Of several parts, each is hashed behind its length, so that different parts never
   * are the same bytes; nothing is joined. What is not ASCII is hashed as its SHA-256, which is slow and rare.
   */
  of(key: KeyParts): void {
    if (typeof key === 'string') {
      this.#start(TEXT)
      if (!this.#absorb(key, true)) this.#wide(key, WIDE_TEXT)
      return
    }
    this.#start(PARTS)
    let ascii = true
    for (const part of key) ascii = this.#absorb(part, false) && ascii
    this.#absorb('', true)
    if (!ascii) this.#wide(joinKey(key), WIDE_PARTS)
  }

  #wide(text: string, domain: number): void {
    this.#start(domain)
    this.#absorb(digest('sha256', Buffer.from(text, 'utf16le'), 'base64'), true)
  }

  /** Each kind of key is hashed under a key of its own. */
  #start(domain: number): void {
    this.#v0 = this.#k0
    this.#v1 = this.#k1 ^ domain
    this.#v2 = this.#k0 ^ 0x6c796765
    this.#v3 = this.#k1 ^ 0x74656462
  }

  /** Answers false, with a hash that means nothing, if the text is not ASCII. */
  #absorb(text: string, last: boolean): boolean {
    const { length } = text
    const whole = length >> 2
    let v0 = this.#v0
    let v1 = this.#v1
    let v2 = this.#v2
    let v3 = this.#v3
    let seen = 0
    // A round for each word of four bytes and one for the rest. A part has its length in a round before that, the last
    // text beside its rest (mod 256), and three more rounds for each half of the result.
    const end = last ? whole + 7 : whole + 1
    for (let round = last ? 0 : -1; round < end; round++) {
      let word = 0
      if (round < 0) {
        word = length
      } else if (round < whole) {
        const at = round << 2
        const a = text.charCodeAt(at)
        const b = text.charCodeAt(at + 1)
        const c = text.charCodeAt(at + 2)
        const d = text.charCodeAt(at + 3)
        seen |= a | b | c | d
        word = a | (b << 8) | (c << 16) | (d << 24)
      } else if (round === whole) {
        if (last) word = length << 24
        for (let at = whole << 2; at < length; at++) {
          const code = text.charCodeAt(at)
          seen |= code
          word |= code << ((at & 3) << 3)
        }
      } else if (round === whole + 1) {
        v2 ^= 0xee
      } else if (round === whole + 4) {
        this.low = v1 ^ v3
        v1 ^= 0xdd
      }
      v3 ^= word
      v0 = (v0 + v1) | 0
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
      v0 = (v0 << 16) | (v0 >>> 16)
      v2 = (v2 + v3) | 0
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
      v0 = (v0 + v3) | 0
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
      v2 = (v2 + v1) | 0
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
      v2 = (v2 << 16) | (v2 >>> 16)
      v0 ^= word
    }
    this.#v0 = v0
    this.#v1 = v1
    this.#v2 = v2
    this.#v3 = v3
    this.high = v1 ^ v3
    return seen < 0x80
  }
}

/** Where HalfSipHash has 0xee, for an output of 64 bits, other kinds of keys differ in the second byte. */
const TEXT = 0xee
const WIDE_TEXT = 0xffee
const PARTS = 0x1ee
const WIDE_PARTS = 0xfeee
