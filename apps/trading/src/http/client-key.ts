import { cidrSet, clientAddress } from '@ringfence/ip-address'
import { byAddress, type KeyFunction } from '@ringfence/rate-limit'

/**
 * Counts by client and entry. The client is the peer, or who a trusted proxy says it is; when that cannot be told, the
 * proxy answers for it.
 */
export function byClient(trustedProxies: readonly string[]): KeyFunction<{}> {
  const proxies = cidrSet(trustedProxies)
  if (proxies.cidrs.length === 0) return byAddress()
  return byAddress({
    address: (request) => {
      const forwarded = { name: 'x-forwarded-for', values: request.header('x-forwarded-for') } as const
      const client = clientAddress(request.peer.address, forwarded, proxies)
      return client.ok ? client.address.text : request.peer.address
    },
  })
}
