import { createRequest, type GuardRequest } from '@ringfence/guard'

/** The snapshot of a message that a client posts, as the guards of the MCP endpoint see it. */
export function mcpRequest(body = ''): GuardRequest {
  return createRequest({
    id: 'test',
    route: 'POST /mcp',
    method: 'POST',
    target: '/mcp',
    receivedAt: 0,
    peer: { address: '127.0.0.1', entry: '127.0.0.1:1', encrypted: false },
    rawHeaders: ['Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(body))],
    signal: () => new AbortController().signal,
    read: () => Buffer.from(body),
  })
}
