import * as z from 'zod'
import { defineTool, type Tool } from './tool.ts'

/** Tells who is asking and what they may do. */
export const getServerInfo: Tool = defineTool({
  name: 'get_server_info',
  title: 'Server information',
  description: 'Name of this server, the client that is calling and the scopes it was granted.',
  scope: 'tools:info',
  input: z.strictObject({}),
  run: async (_input, { principal }) =>
    JSON.stringify({ server: 'ringfence-tool-server', client: principal.clientId, scopes: principal.scopes }),
})
