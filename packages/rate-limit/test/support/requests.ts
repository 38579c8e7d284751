import { createRequest, type GuardRequest, type Principal } from '@ringfence/guard'
import { issuePrincipal } from '@ringfence/guard/authenticator'

/** A request to an endpoint from an address. */
export function request(parts: { route?: string; address?: string; entry?: string } = {}): GuardRequest {
  const { route = 'POST /v1/orders', address = '192.0.2.1', entry = '127.0.0.1:7101' } = parts
  return createRequest({
    id: 'r-1',
    route,
    method: 'POST',
    target: '/v1/orders',
    receivedAt: 0,
    peer: { address, entry, encrypted: false },
    rawHeaders: [],
    signal: () => new AbortController().signal,
    read: () => new Uint8Array(),
  })
}

/** A caller that is authenticated. */
export function caller(id: string): { principal: Principal } {
  return { principal: issuePrincipal({ kind: 'api-key', id, clientId: id, scopes: [] }) }
}
