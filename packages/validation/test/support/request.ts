import { createRequest, type GuardRequest } from '@ringfence/guard'

/** A request as an adapter would make it. `body` as chunks arrives asynchronously. */
export function request(parts: {
  readonly route?: string
  readonly target?: string
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: string | Uint8Array | Promise<Uint8Array>
}): GuardRequest {
  const { body = '' } = parts
  return createRequest({
    id: 'test',
    route: parts.route ?? 'POST /v1/orders',
    method: (parts.route ?? 'POST /').split(' ')[0]!,
    target: parts.target ?? '/v1/orders',
    receivedAt: 0,
    peer: { address: '127.0.0.1', entry: '127.0.0.1:7101', encrypted: false },
    rawHeaders: (parts.headers ?? [['content-type', 'application/json']]).flat(),
    signal: () => new AbortController().signal,
    read: () => (typeof body === 'string' ? bytes(body) : body),
  })
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
