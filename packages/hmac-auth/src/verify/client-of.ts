import type { GuardRequest } from '@ringfence/guard'
import { cidrSet, clientAddress, type ForwardedHeader, type IpAddress } from '@ringfence/ip-address'

/** Which proxies are believed, and in which header. */
export interface ProxyOptions {
  /** Their addresses as CIDR blocks; none by default, and then no header is read. */
  readonly trustedProxies?: readonly string[]
  /** The one header that these proxies write themselves (default `x-forwarded-for`). */
  readonly forwardedHeader?: ForwardedHeader['name']
}

/**
 * Answers the address a request comes from, or undefined if nobody can say: then deny.
 *
 * @throws {RingfenceError} `cidr_invalid`
 */
export function clientOf(options: ProxyOptions): (request: GuardRequest) => IpAddress | undefined {
  const proxies = cidrSet(options.trustedProxies ?? [])
  const name = proxies.cidrs.length === 0 ? undefined : (options.forwardedHeader ?? 'x-forwarded-for')
  return (request) => {
    const forwarded = name === undefined ? undefined : { name, values: request.header(name) }
    const client = clientAddress(request.peer.address, forwarded, proxies)
    return client.ok ? client.address : undefined
  }
}
