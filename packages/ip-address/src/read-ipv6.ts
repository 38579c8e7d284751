import { readIpv4 } from './read-ipv4.ts'

/** An address as four unsigned 32-bit words, most significant first. */
export type Words = readonly [number, number, number, number]

/**
 * Reads the text forms of RFC 4291 section 2.2: full, compressed with one `::`, and with a dotted IPv4 tail.
 * Zone ids, brackets, ports and prefix lengths are not part of an address and make it undefined.
 */
export function readIpv6(text: string): Words | undefined {
  if (text.length > LONGEST) return undefined
  const groups: number[] = []
  let gap = -1 // index of the group that `::` stands before
  let at = 0
  if (text.charCodeAt(0) === COLON) {
    if (text.charCodeAt(1) !== COLON) return undefined
    gap = 0
    at = 2
  }
  while (at < text.length) {
    const start = at
    let group = 0
    let digit: number
    while ((digit = hexDigit(text.charCodeAt(at))) >= 0) {
      group = group * 16 + digit
      if (++at - start > 4) return undefined
    }
    if (at === start || groups.length === 8) return undefined
    if (text.charCodeAt(at) === DOT) {
      const tail = readIpv4(text, start)
      if (tail < 0) return undefined
      groups.push(tail >>> 16, tail & 0xffff)
      break
    }
    groups.push(group)
    if (at === text.length) break
    if (text.charCodeAt(at++) !== COLON) return undefined
    if (text.charCodeAt(at) === COLON) {
      if (gap >= 0) return undefined
      gap = groups.length
      at++
    } else if (at === text.length) return undefined
  }
  return toWords(groups, gap)
}

function toWords(groups: number[], gap: number): Words | undefined {
  if (gap < 0 ? groups.length !== 8 : groups.length > 7) return undefined
  while (groups.length < 8) groups.splice(gap, 0, 0)
  const word = (i: number): number => groups[i]! * 0x1_0000 + groups[i + 1]!
  return [word(0), word(2), word(4), word(6)]
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

const COLON = 0x3a
const DOT = 0x2e

/** `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255`: nothing longer is looked at. */
const LONGEST = 45
