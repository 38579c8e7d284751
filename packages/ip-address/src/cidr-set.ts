import { RingfenceError } from '@ringfence/errors'
import type { IpAddress } from './ip-address.ts'
import { toWords } from './parse-address.ts'
import { compare, readCidr, type Block } from './read-cidr.ts'
import type { Words } from './read-ipv6.ts'

/** An immutable set of addresses, given as CIDR blocks. */
export interface CidrSet {
  /** The canonical blocks, in the order given. */
  readonly cidrs: readonly string[]
  /**
   * True if a block holds the address. IPv4 blocks hold IPv4 in every mapped spelling, and nothing else: an address that
   * only carries an IPv4 address (NAT64, 6to4) is not that address; see `IpAddress.embedded`.
   *
   * @throws {RingfenceError} `address_invalid` for text that is no address, so that neither an allowlist nor a denylist
   * built on this can mistake garbage for an answer
   */
  contains(address: IpAddress | string): boolean
}

/**
 * Makes a set of CIDR blocks (RFC 4632) and single addresses, IPv4 and IPv6. A block with bits set after its length, and
 * a block that covers every IPv4 address (`0.0.0.0/0`, `::/0`, `::ffff:0:0/96`), are refused here, at load.
 * The empty list is a set that holds nothing. Lookups are a binary search; at most 100,000 blocks.
 *
 * @throws {RingfenceError} `cidr_invalid` naming every bad entry by its position and rule, without repeating its text
 *
 * @example
 * ```ts
 * const office = cidrSet(['192.0.2.0/24', '2001:db8:7::/48'])
 * office.contains('::ffff:192.0.2.9') // true: the same address as 192.0.2.9
 * cidrSet(['10.0.0.1/8']) // throws: bits set after the length
 * ```
 */
export function cidrSet(list: readonly string[]): CidrSet {
  if (!Array.isArray(list)) throw new RingfenceError('cidr_invalid', 'cidrSet: expected a list of CIDR blocks')
  if (list.length > MOST_BLOCKS) throw new RingfenceError('cidr_invalid', `cidrSet: more than ${MOST_BLOCKS} blocks`)
  const blocks: Block[] = []
  const problems: string[] = []
  for (const [i, text] of list.entries()) {
    const block = readCidr(text)
    if (typeof block === 'string') problems.push(`entry ${i + 1} ${block}`)
    else blocks.push(block)
  }
  if (problems.length > 0) {
    const more = problems.length > MOST_REPORTED ? `; and ${problems.length - MOST_REPORTED} more` : ''
    throw new RingfenceError('cidr_invalid', `cidrSet: ${problems.slice(0, MOST_REPORTED).join('; ')}${more}`)
  }
  const ranges = merge(blocks)
  return Object.freeze({
    cidrs: Object.freeze(blocks.map((block) => block.text)),
    contains: (address: IpAddress | string): boolean => holds(ranges, toWords(address)),
  })
}

interface Range {
  readonly first: Words
  readonly last: Words
}

/** Sorted and disjoint: of two blocks that meet, one holds the other. */
function merge(blocks: readonly Block[]): readonly Range[] {
  const sorted = blocks.toSorted((a, b) => compare(a.first, b.first) || a.prefix - b.prefix)
  const ranges: Range[] = []
  for (const block of sorted) {
    const before = ranges.at(-1)
    if (before === undefined || compare(block.first, before.last) > 0) ranges.push(block)
  }
  return ranges
}

function holds(ranges: readonly Range[], words: Words): boolean {
  let low = 0
  let high = ranges.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const range = ranges[middle]!
    if (compare(words, range.first) < 0) high = middle - 1
    else if (compare(words, range.last) > 0) low = middle + 1
    else return true
  }
  return false
}

const MOST_BLOCKS = 100_000
const MOST_REPORTED = 10
