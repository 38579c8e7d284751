import { IpAddress } from './ip-address.ts'
import { parseAddress, toAddress } from './parse-address.ts'
import { compare, masked } from './read-cidr.ts'
import type { Words } from './read-ipv6.ts'
import { SPECIAL_RANGES, type SpecialRange } from './special-ranges.ts'

/**
 * The narrowest special-purpose block that holds the address, or undefined for an ordinary public address.
 * It tells an operator why `isPublicAddress` said no.
 *
 * @throws {RingfenceError} `address_invalid` for text that is no address
 *
 * @example
 * ```ts
 * specialRange('169.254.169.254')?.name // 'Link Local'
 * specialRange('9.9.9.9') // undefined
 * ```
 */
export function specialRange(address: IpAddress | string): SpecialRange | undefined {
  const ip = toAddress(address)
  const words = IpAddress.words(ip)
  return TABLE.find((row) => row.family === ip.family && compare(masked(words, row.prefix), row.first) === 0)?.range
}

interface Row {
  readonly range: SpecialRange
  readonly family: 4 | 6
  readonly first: Words
  readonly prefix: number
}

function toRow(range: SpecialRange): Row {
  const [address = '', length = ''] = range.cidr.split('/')
  const family = address.includes(':') ? 6 : 4
  const prefix = Number(length) + (family === 4 ? 96 : 0)
  return { range, family, first: IpAddress.words(parseAddress(address)), prefix }
}

/** Narrowest first. */
const TABLE: readonly Row[] = SPECIAL_RANGES.map(toRow).toSorted((a, b) => b.prefix - a.prefix)
