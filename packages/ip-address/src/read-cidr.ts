import { IpAddress } from './ip-address.ts'
import { readAddress } from './parse-address.ts'
import { formatIpv4, formatIpv6 } from './format.ts'
import type { Words } from './read-ipv6.ts'

/** A block of addresses; IPv4 is in mapped form, so `prefix` counts from the top of 128 bits. */
export interface Block {
  readonly first: Words
  readonly last: Words
  readonly prefix: number
  /** Canonical, e.g. `10.0.0.0/8`. */
  readonly text: string
}

/** Reads `address/length`, or a single address. Answers with the rule that was broken when it is not one. */
export function readCidr(text: unknown): Block | string {
  if (typeof text !== 'string') return 'must be a string'
  const slash = text.indexOf('/')
  const address = readAddress(slash < 0 ? text : text.slice(0, slash))
  if (address === undefined) return 'is not an address in canonical spelling, followed by /length'
  const words = IpAddress.words(address)
  const spelledV6 = text.includes(':')
  const prefix = slash < 0 ? 128 : readLength(text.slice(slash + 1), spelledV6)
  if (prefix === undefined) return `needs a length from 1 to ${spelledV6 ? 128 : 32} after the slash`
  const first = masked(words, prefix)
  const last = mapWords(first, (word, i) => (word | ~mask(prefix, i)) >>> 0)
  // `/0`, `::ffff:0:0/96` and `::/64` would all let every IPv4 client in.
  if (compare(first, LAST_MAPPED) <= 0 && compare(last, FIRST_MAPPED) >= 0 && prefix <= 96)
    return 'covers every IPv4 address'
  const canonical = address.family === 4 ? `${formatIpv4(first[3])}/${prefix - 96}` : `${formatIpv6(first)}/${prefix}`
  if (compare(first, words) !== 0) return `has bits set after its length; if the block is meant, write ${canonical}`
  return { first, last, prefix, text: canonical }
}

/** The address with every bit after the first `prefix` cleared. */
export function masked(words: Words, prefix: number): Words {
  return mapWords(words, (word, i) => (word & mask(prefix, i)) >>> 0)
}

/** Orders two addresses: negative, zero or positive. */
export function compare(a: Words, b: Words): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3]
}

function mapWords([a, b, c, d]: Words, change: (word: number, i: number) => number): Words {
  return [change(a, 0), change(b, 1), change(c, 2), change(d, 3)]
}

/** The bits of word `i` that belong to a prefix. */
function mask(prefix: number, i: number): number {
  const bits = Math.min(32, Math.max(0, prefix - 32 * i))
  return bits === 0 ? 0 : (-1 << (32 - bits)) >>> 0
}

/** Decimal without sign or leading zero (RFC 4632 section 3.1), as a length within 128 bits. */
function readLength(text: string, spelledV6: boolean): number | undefined {
  if (!/^(?:0|[1-9][0-9]{0,2})$/.test(text)) return undefined
  const length = Number(text)
  if (spelledV6) return length <= 128 ? length : undefined
  return length <= 32 ? length + 96 : undefined
}

const FIRST_MAPPED: Words = [0, 0, 0xffff, 0]
const LAST_MAPPED: Words = [0, 0, 0xffff, 0xffff_ffff]
