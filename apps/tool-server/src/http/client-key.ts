import { cidrSet, clientAddress } from '@ringfence/ip-address'
import { byAddress, type KeyFunction } from '@ringfence/rate-limit'

/**
 * Counts by client. The client is the peer, or who the tunnel says it is; when that cannot be told, the tunnel answers
 * for it.
 */
export function byClient(trustedProxies: readonly string[]): KeyFunction<{}> {
  const proxies = cidrSet(trustedProxies)
  if (proxies.cidrs.length === 0) return byAddress()
  return byAddress({
    address: (request) => {
      const forwarded = { name: 'cf-connecting-ip', values: request.header('cf-connecting-ip') } as const
      const client = clientAddress(request.peer.address, forwarded, proxies)
      return client.ok ? client.address.text : request.peer.address
    },
  })
}
