import { randomUUID } from 'node:crypto'
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node'
import { classifyInboundRequest, isInitializeRequest, type McpServer } from '@modelcontextprotocol/server'
import type { McpEndpoint } from '../src/mcp/mcp-endpoint.ts'

/**
 * The endpoint with sessions for clients of the older era. The tool server has none (policy TS-06); the suite needs them for
 * the four scenarios in which a server asks the client in the middle of a call.
 */
export function withSessions(endpoint: McpEndpoint, newServer: () => McpServer): McpEndpoint {
  const sessions = new Map<string, NodeStreamableHTTPServerTransport>()
  const start = async (): Promise<NodeStreamableHTTPServerTransport> => {
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, transport),
    })
    await newServer().connect(transport)
    return transport
  }
  return {
    ...endpoint,
    async answer(call, request, response) {
      const { value } = call.message
      const { 'mcp-protocol-version': version, 'mcp-session-id': id } = request.headers
      const inbound = {
        httpMethod: 'POST',
        body: value,
        ...(typeof version === 'string' && { protocolVersionHeader: version }),
      }
      const isOld = classifyInboundRequest(inbound).kind === 'legacy'
      const transport = isOld && isInitializeRequest(value) ? await start() : sessions.get(String(id))
      if (!isOld || transport === undefined) return endpoint.answer(call, request, response)
      return transport.handleRequest(request, response, value)
    },
  }
}
