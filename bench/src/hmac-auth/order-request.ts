import { createRequest, type GuardRequest } from '@ringfence/guard'

export const AUTHORITY = '127.0.0.1:7101'
export const URL_OF_ORDERS: string = `http://${AUTHORITY}/v1/orders`
export const TAG = 'ringfence-trading'

/** The snapshot of a request that places an order, as the trading app would get it. */
export function orderRequest(fields: Readonly<Record<string, string>>, body: Uint8Array = NO_BODY): GuardRequest {
  return createRequest({
    id: 'bench',
    route: 'POST /v1/orders',
    method: 'POST',
    target: '/v1/orders',
    receivedAt: 0,
    peer: { address: '127.0.0.1', entry: AUTHORITY, encrypted: false },
    rawHeaders: Object.entries(fields).flat(),
    signal: () => new AbortController().signal,
    read: () => body,
  })
}

const NO_BODY = new Uint8Array()
