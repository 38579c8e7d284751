import { McpServer, type StandardSchemaWithJSON } from '@modelcontextprotocol/server'
import { type Tool, type ToolCall, ToolFailure } from '../tools/tool.ts'

/** What the operator learns about calls. */
export interface CallLog {
  called(tool: string, call: ToolCall): void
  /** @param error what the tool threw; the caller reads one sentence */
  failed(tool: string, error: unknown): void
}

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
  for (const tool of tools.filter(
    ({ scope, isFor }) => call.principal.has(scope) && isFor?.(call.principal) !== false,
  )) {
    const { name, title, description, jsonSchema, run } = tool
    server.registerTool(name, { title, description, inputSchema: described(jsonSchema) }, async (args: unknown) => {
      log.called(name, call)
      try {
        return { content: [{ type: 'text', text: await run(args, call) }] }
      } catch (error) {
        if (!(error instanceof ToolFailure)) log.failed(name, error)
        const text = error instanceof ToolFailure ? error.message : 'The tool failed.'
        return { isError: true, content: [{ type: 'text', text }] }
      }
    })
  }
  return server
}

/** Tells clients what the arguments are and lets all through: `run` validates them, and repeats nothing of them. */
function described(jsonSchema: Readonly<Record<string, unknown>>): StandardSchemaWithJSON<unknown, unknown> {
  const schema = (): Record<string, unknown> => ({ ...jsonSchema })
  return {
    '~standard': {
      version: 1,
      vendor: 'ringfence',
      validate: (value) => ({ value }),
      jsonSchema: { input: schema, output: schema },
    },
  }
}

const PRIVATE = { cacheScope: 'private', ttlMs: 0 } as const
