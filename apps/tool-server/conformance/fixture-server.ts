import { McpServer, type RequestStateCodec, type ServerEventBus } from '@modelcontextprotocol/server'
import { addAskingTools } from './asking-tools.ts'
import { addContentTools } from './content-tools.ts'
import { addInputTools } from './input-tools.ts'
import { addPrompts } from './prompts.ts'
import { addResources } from './resources.ts'

/**
 * What the conformance suite of the protocol asks a server for: tools, prompts and resources under names that it
 * prescribes. They show the protocol and nothing else.
 *
 * @param codec seals what comes back with the answers to `input_required`; all servers of a process share it
 */
export function fixtureServer(bus: ServerEventBus, codec: RequestStateCodec<Record<string, unknown>>): McpServer {
  const server = new McpServer(
    { name: 'ringfence-conformance', version: '0.1.0' },
    {
      capabilities: {
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        logging: {},
        completions: {},
      },
      requestState: { verify: (state, context) => codec.verify(state, context) },
    },
  )
  addContentTools(server, bus)
  addAskingTools(server)
  addInputTools(server, codec)
  addResources(server)
  addPrompts(server)
  server.server.setRequestHandler('logging/setLevel', () => ({}))
  server.server.setRequestHandler('completion/complete', () => ({
    completion: { values: [], total: 0, hasMore: false },
  }))
  return server
}
