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

  constructor(seed: Buffer = randomBytes(8)) {
    this.#k0 = seed.readInt32LE(0)
    this.#k1 = seed.readInt32LE(4)
  }

  /** Hashes the bytes of an ASCII text, else the base64 of its SHA-256 under another key, which is slow and rare. */
  of(text: string): void {
    if (!this.#ascii(text, 0)) this.#ascii(digest('sha256', text, 'base64'), 0xff00)
  }

  /** Answers false, with a hash that means nothing, if the text is not ASCII. */
  #ascii(text: string, tweak: number): boolean {
    const { length } = text
    const whole = length >> 2
    let v0 = this.#k0
    let v1 = this.#k1 ^ 0xee ^ tweak
    let v2 = this.#k0 ^ 0x6c796765
    let v3 = this.#k1 ^ 0x74656462
    let seen = 0
    // A round for each word of four bytes, one for the rest and the length, and three for each half of the result.
    for (let round = 0; round < whole + 7; round++) {
      let word = 0
      if (round < whole) {
        const at = round << 2
        const a = text.charCodeAt(at)
        const b = text.charCodeAt(at + 1)
        const c = text.charCodeAt(at + 2)
        const d = text.charCodeAt(at + 3)
        seen |= a | b | c | d
        word = a | (b << 8) | (c << 16) | (d << 24)
      } else if (round === whole) {
        word = length << 24
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
    this.high = v1 ^ v3
    return seen < 0x80
  }
}
