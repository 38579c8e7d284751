import { formatIpv4, formatIpv6 } from './format.ts'
import type { Words } from './read-ipv6.ts'

/**
 * One IPv4 or IPv6 address: immutable, canonical, and made only by this package (see `parseAddress`).
 * Two addresses are the same exactly when their `text` is.
 */
export class IpAddress {
  /** 4 for IPv4, in whichever spelling it came (`::ffff:10.0.0.1` too); 6 for everything else. */
  readonly family: 4 | 6
  /** The one canonical spelling: dotted decimal, or RFC 5952. */
  readonly text: string
  readonly #words: Words

  private constructor(words: Words, text: string | undefined) {
    const v4 = isMapped(words)
    this.family = v4 ? 4 : 6
    this.text = text ?? (v4 ? formatIpv4(words[3]) : formatIpv6(words))
    this.#words = words
    Object.freeze(this)
  }

  /** @internal Not reachable from outside: the package exports this class as a type only. */
  static of(words: Words, text?: string): IpAddress {
    return new IpAddress(words, text)
  }

  /** @internal IPv4 is kept in its mapped form, so that both families compare alike. */
  static words(address: IpAddress): Words {
    return address.#words
  }

  /** True for a value that this package made, whatever its prototype claims. */
  static is(value: unknown): value is IpAddress {
    return typeof value === 'object' && value !== null && #words in value
  }

  /** The address as an unsigned integer of 32 (IPv4) or 128 bits. */
  get value(): bigint {
    const [a, b, c, d] = this.#words
    if (this.family === 4) return BigInt(d)
    return (((((BigInt(a) << 32n) | BigInt(b)) << 32n) | BigInt(c)) << 32n) | BigInt(d)
  }

  /** A fresh copy of the 4 or 16 bytes in network order. */
  toBytes(): Uint8Array {
    const words = this.family === 4 ? this.#words.slice(3) : this.#words
    return Uint8Array.from(words.flatMap((word) => [word >>> 24, word >>> 16, word >>> 8, word]))
  }

  /**
   * The IPv4 address that an IPv6 address carries by standard: NAT64 `64:ff9b::/96` (RFC 6052), 6to4 `2002::/16`
   * (RFC 3056) and the deprecated IPv4-compatible `::/96` (RFC 4291 section 2.5.5.1). Undefined for all others.
   */
  get embedded(): IpAddress | undefined {
    const v4 = embeddedIpv4(this.#words)
    return v4 === undefined ? undefined : new IpAddress(mapped(v4), undefined)
  }

  toString(): string {
    return this.text
  }

  toJSON(): string {
    return this.text
  }
}

/** The words of an IPv4 address: `::ffff:0:0/96` (RFC 4291 section 2.5.5.2). */
export function mapped(v4: number): Words {
  return [0, 0, 0xffff, v4]
}

function isMapped(words: Words): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff
}

function embeddedIpv4([a, b, c, d]: Words): number | undefined {
  if (a === 0x0064_ff9b && b === 0 && c === 0) return d
  if (a >>> 16 === 0x2002) return (a & 0xffff) * 0x1_0000 + (b >>> 16)
  if (a === 0 && b === 0 && c === 0 && d > 1) return d // not `::` and not `::1`
  return undefined
}
