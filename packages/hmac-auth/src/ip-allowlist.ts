import { allow as yes, deny, type Guard } from '@ringfence/guard'
import { cidrSet } from '@ringfence/ip-address'
import { clientOf, type ProxyOptions } from './verify/client-of.ts'

export interface IpAllowlistOptions extends ProxyOptions {
  /** Addresses and CIDR blocks that may talk to the application at all. An empty list lets nobody in. */
  readonly allow: readonly string[]
}

/**
 * Lets only listed addresses in (policy TR-09). Put it first: whoever is not on the list learns nothing else. A client
 * whose address cannot be told is not on the list. Keys have an allowlist of their own.
 *
 * @throws {RingfenceError} `cidr_invalid` for a block with host bits, a `/0`, or text that is no block
 *
 * @example
 * ```ts
 * guards().use(ipAllowlist({ allow: ['127.0.0.0/8', '::1'] })).use(hmacAuth({ ... }))
 * ```
 */
export function ipAllowlist(options: IpAllowlistOptions): Guard<{}, {}, 'address_not_allowed'> {
  const allowed = cidrSet(options.allow)
  const client = clientOf(options)
  return {
    name: 'ipAllowlist',
    denies: ['address_not_allowed'],
    needs: [],
    adds: [],
    check: (request) => {
      const address = client(request)
      if (address !== undefined && allowed.contains(address)) return yes()
      // The address itself stays out: it reaches logs as a keyed fingerprint only (policy TR-21).
      return deny('address_not_allowed', {
        internal: { reason: address === undefined ? 'address_unknown' : 'address_not_allowed' },
      })
    },
  }
}
