import { createRequest, type GuardRequest, type RequestParts } from '../src/index.ts'

/** A request snapshot with defaults, for tests that need no socket. */
export function requestOf(parts: Partial<RequestParts> & { body?: Uint8Array } = {}): GuardRequest {
  const { body = new Uint8Array(0), ...rest } = parts
  return createRequest({
    id: 'test-request',
    route: 'GET /v1/things',
    method: 'GET',
    target: '/v1/things',
    receivedAt: 0,
    peer: { address: '127.0.0.1', entry: '127.0.0.1:7101', encrypted: false },
    rawHeaders: [],
    signal: () => new AbortController().signal,
    read: () => body,
    ...rest,
  })
}
