import type { Words } from './read-ipv6.ts'

/** Four decimal octets. */
export function formatIpv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`
}

/** The canonical text of RFC 5952 section 4: lowercase, no leading zeros, the first longest run of zeros as `::`. */
export function formatIpv6(words: Words): string {
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff])
  let gap = -1
  let longest = 1 // section 4.2.2: never shorten a single group
  for (let start = 0; start < 8; start++) {
    let end = start
    while (groups[end] === 0) end++
    if (end - start > longest) {
      longest = end - start
      gap = start
    }
    if (end > start) start = end
  }
  return gap < 0 ? hex(groups) : `${hex(groups.slice(0, gap))}::${hex(groups.slice(gap + longest))}`
}

function hex(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':')
}
