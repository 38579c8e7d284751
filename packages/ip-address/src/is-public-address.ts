import { IpAddress } from './ip-address.ts'
import { readAddress } from './parse-address.ts'
import { specialRange } from './special-range.ts'

/**
 * True only for an address that an ordinary server on the internet can have: unicast and in no special-purpose block
 * (see `SPECIAL_RANGES`), or NAT64 of such an IPv4 address. False for everything else, text that is no address included.
 *
 * Stricter than the registries on purpose. Blocks they call globally reachable are refused too: anycast such as PCP
 * (192.0.0.9) answers from the local router. 6to4, Teredo and IPv4-compatible addresses are refused whatever they carry.
 * A NAT64 prefix that an operator chose (RFC 6052 section 2.2) cannot be recognised.
 *
 * @example
 * ```ts
 * isPublicAddress('9.9.9.9') // true
 * isPublicAddress('::ffff:169.254.169.254') // false
 * isPublicAddress('64:ff9b::a00:1') // false: 10.0.0.1 behind NAT64
 * ```
 */
export function isPublicAddress(address: IpAddress | string): boolean {
  const ip = IpAddress.is(address) ? address : readAddress(address)
  if (ip === undefined) return false
  const range = specialRange(ip)
  if (range === undefined) return true
  return range.cidr === NAT64 && specialRange(ip.embedded!) === undefined
}

/** The one block where the carried IPv4 address decides: an IPv6-only network reaches all of IPv4 through it. */
const NAT64 = '64:ff9b::/96'
