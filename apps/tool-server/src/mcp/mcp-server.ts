import { McpServer } from '@modelcontextprotocol/server'
import type { CallLog, Tool, ToolCall } from '../tools/tool.ts'

/**
 * A protocol server for one request of one caller: it has the tools that the caller may use, and no others, so that
 * `tools/list` shows nothing else. What it lists is this caller's alone, and clients may not share it (`cacheScope`).
 */
export function mcpServer(tools: readonly Tool[], call: ToolCall, log: CallLog): McpServer {
  const server = new McpServer(
    { name: 'ringfence-tool-server', version: '0.1.0' },
    {
      capabilities: { tools: { listChanged: false } },
      cacheHints: { 'tools/list': PRIVATE, 'server/discover': PRIVATE },
    },
  )
  for (const tool of tools) {
    if (call.principal.has(tool.scope) && tool.isFor?.(call.principal) !== false) tool.addTo(server, call, log)
  }
  return server
}

const PRIVATE = { cacheScope: 'private', ttlMs: 0 } as const
