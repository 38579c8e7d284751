import { RingfenceError } from '@ringfence/errors'
import { formatIpv6 } from './format.ts'
import { IpAddress } from './ip-address.ts'
import { toAddress } from './parse-address.ts'
import { masked } from './read-cidr.ts'
import { readIpv4 } from './read-ipv4.ts'

/**
 * A canonical text for "whoever is behind this address", to count requests by. IPv4 stands for itself in every spelling;
 * IPv6 is cut to a prefix, since one subscriber has at least a whole /64; NAT64 and 6to4 stand for the IPv4 address they
 * carry, so that no client has two budgets and no prefix throws all IPv4 clients together.
 *
 * @param options.v6Prefix bits of an IPv6 address that identify a subscriber: 32 to 128, usually 48, 56 or 64
 * @throws {RingfenceError} `address_invalid`, `option_invalid`
 *
 * @example
 * ```ts
 * addressGroup('::ffff:192.0.2.7', { v6Prefix: 64 }) // '192.0.2.7'
 * addressGroup('2001:db8:1:2:3:4:5:6', { v6Prefix: 64 }) // '2001:db8:1:2::/64'
 * ```
 */
export function addressGroup(address: IpAddress | string, options: { readonly v6Prefix: number }): string {
  const { v6Prefix } = options
  if (!(Number.isInteger(v6Prefix) && v6Prefix >= 32 && v6Prefix <= 128)) {
    throw new RingfenceError('option_invalid', 'addressGroup: v6Prefix must be a whole number from 32 to 128')
  }
  // Four octets have one spelling.
  if (typeof address === 'string' && readIpv4(address, 0) >= 0) return address
  const ip = toAddress(address)
  const host = ip.embedded ?? ip
  if (host.family === 4) return host.text
  return `${formatIpv6(masked(IpAddress.words(host), v6Prefix))}/${v6Prefix}`
}
