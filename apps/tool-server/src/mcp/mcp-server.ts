import { McpServer } from '@modelcontextprotocol/server'
import { type Tool, type ToolCall, ToolFailure } from '../tools/tool.ts'

/**
 * A protocol server for one request of one caller: it has the tools that the caller's scopes allow, and no others, so
 * that `tools/list` shows nothing else.
 *
 * @param onError told what a tool threw; the caller reads one sentence
 */
export function mcpServer(
  tools: readonly Tool[],
  call: ToolCall,
  onError: (tool: string, error: unknown) => void,
): McpServer {
  const server = new McpServer({ name: 'ringfence-tool-server', version: '0.1.0' }, { capabilities: { tools: {} } })
  for (const tool of tools.filter(
    ({ scope, isFor }) => call.principal.has(scope) && isFor?.(call.principal) !== false,
  )) {
    const { name, title, description, input, run } = tool
    server.registerTool(name, { title, description, inputSchema: input }, async (args: unknown) => {
      try {
        return { content: [{ type: 'text', text: await run(args, call) }] }
      } catch (error) {
        if (!(error instanceof ToolFailure)) onError(name, error)
        const text = error instanceof ToolFailure ? error.message : 'The tool failed.'
        return { isError: true, content: [{ type: 'text', text }] }
      }
    })
  }
  return server
}
