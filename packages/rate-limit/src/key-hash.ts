import { hash as digest, randomBytes } from 'node:crypto'

/**
 * HalfSipHash-1-3 with 64 bits of output under a key of this process, so that nobody outside can pick keys that meet in
 * one bucket. It is no MAC: it spreads keys over a table, as it does in the Linux kernel and, with longer words, in Rust
 * and Python. Source: Aumasson and Bernstein, https://github.com/veorq/SipHash
 */
export class KeyHash {
  /** The halves of the last hash as signed 32-bit integers: a result object per call would cost more than the hash. */
  low = 0
  high = 0
  readonly #k0: number
  readonly #k1: number
  readonly #words = new Int32Array(LONGEST / 2 + 1)

  constructor(seed: Buffer = randomBytes(8)) {
    this.#k0 = seed.readInt32LE(0)
    this.#k1 = seed.readInt32LE(4)
  }

  /** Hashes the bytes of an ASCII text, and the UTF-16 bytes of any other under another key. */
  of(text: string): void {
    const key = text.length > LONGEST ? digest('sha256', text, 'base64') : text
    const ascii = this.#packAscii(key)
    if (ascii) this.#run(key.length, 0)
    else {
      this.#packWide(key)
      this.#run(key.length * 2, 0xff00)
    }
  }

  #packAscii(text: string): boolean {
    const words = this.#words
    const { length } = text
    let seen = 0
    let at = 0
    for (; at + 3 < length; at += 4) {
      const a = text.charCodeAt(at)
      const b = text.charCodeAt(at + 1)
      const c = text.charCodeAt(at + 2)
      const d = text.charCodeAt(at + 3)
      seen |= a | b | c | d
      words[at >> 2] = a | (b << 8) | (c << 16) | (d << 24)
    }
    let last = length << 24
    for (let shift = 0; at + (shift >> 3) < length; shift += 8) {
      const code = text.charCodeAt(at + (shift >> 3))
      seen |= code
      last |= code << shift
    }
    words[at >> 2] = last
    return seen < 0x80
  }

  #packWide(text: string): void {
    const words = this.#words
    const { length } = text
    let at = 0
    for (; at + 1 < length; at += 2) words[at >> 1] = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16)
    words[at >> 1] = (length << 25) | (at < length ? text.charCodeAt(at) : 0)
  }

  #run(bytes: number, tweak: number): void {
    const words = this.#words
    const count = (bytes >> 2) + 1
    let v0 = this.#k0
    let v1 = this.#k1 ^ 0xee ^ tweak
    let v2 = this.#k0 ^ 0x6c796765
    let v3 = this.#k1 ^ 0x74656462
    // One round for each word, then three for each half of the result.
    for (let round = 0; round < count + 6; round++) {
      const word = round < count ? words[round]! : 0
      if (round === count) v2 ^= 0xee
      if (round === count + 3) {
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
    this.high = v1 ^ v3
  }
}

/** Longer keys are hashed with SHA-256 first, so that the buffer has a fixed size (characters). */
const LONGEST = 256
