import { RingfenceError } from '@ringfence/errors'
import { IpAddress, mapped } from './ip-address.ts'
import { readIpv4 } from './read-ipv4.ts'
import { readIpv6, type Words } from './read-ipv6.ts'

/**
 * Parses an IP address strictly. IPv4 has one spelling: four decimal octets without leading zeros. IPv6 may come in any
 * form of RFC 4291 section 2.2, since none of them can be read in two ways; a mapped address becomes IPv4.
 * Octal, hex and short IPv4, zone ids, ports, brackets, prefix lengths and white space are refused, never guessed.
 *
 * @throws {RingfenceError} `address_invalid`; the message names the rule and never repeats the text
 *
 * @example
 * ```ts
 * parseAddress('::FFFF:10.0.0.9').text // '10.0.0.9'
 * parseAddress('2001:DB8:0::1').text // '2001:db8::1'
 * parseAddress('010.0.0.9') // throws: leading zeros
 * ```
 */
export function parseAddress(text: string): IpAddress {
  return readAddress(text) ?? refuse(text)
}

/** As {@link parseAddress}, but undefined instead of an error: for text that comes from outside. */
export function readAddress(text: unknown): IpAddress | undefined {
  if (typeof text !== 'string') return undefined
  const v4 = readIpv4(text, 0)
  if (v4 >= 0) return IpAddress.of(mapped(v4), text)
  const words = readIpv6(text)
  return words === undefined ? undefined : IpAddress.of(words)
}

/** The address itself, or the one that a text spells. */
export function toAddress(address: IpAddress | string): IpAddress {
  return IpAddress.is(address) ? address : parseAddress(address)
}

/** The words alone, without the cost of an address and its canonical text. */
export function toWords(address: IpAddress | string): Words {
  if (typeof address !== 'string') return IpAddress.words(toAddress(address))
  const v4 = readIpv4(address, 0)
  return v4 >= 0 ? mapped(v4) : (readIpv6(address) ?? refuse(address))
}

function refuse(text: unknown): never {
  throw new RingfenceError('address_invalid', `not an address: ${complaint(text)}`)
}

function complaint(text: unknown): string {
  if (typeof text !== 'string') return 'expected a string'
  if (text === '') return 'the text is empty'
  if (text.length > 64) return 'the text is too long for an address'
  return COMPLAINTS.find(([pattern]) => pattern.test(text))?.[1] ?? 'the text is not an IPv4 or IPv6 address'
}

const COMPLAINTS: readonly (readonly [RegExp, string])[] = [
  [/\s/, 'white space is not part of an address'],
  [/%/, 'zone ids are refused: they mean something on one host only'],
  [/\//, 'this looks like a CIDR block; use cidrSet for blocks'],
  [/[[\]]/, 'brackets are not part of an address'],
  [/^[\d.]+:\d+$/, 'a port is not part of an address'],
  [/^[\d.]*\b0\d/, 'IPv4 octets have no leading zeros: some parsers read them as octal'],
  [/^[\d.]+$/, 'IPv4 is four octets from 0 to 255, with no short forms'],
  [/^[\d.]*0x/i, 'IPv4 octets are decimal, not hex'],
]
