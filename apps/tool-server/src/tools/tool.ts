import type { McpServer } from '@modelcontextprotocol/server'
import type { Principal } from '@ringfence/guard'
import { toolInput } from '@ringfence/validation/mcp'
import type * as z from 'zod'

/** What a tool is made of. */
export interface ToolDefinition<Input extends object> {
  readonly name: string
  readonly title: string
  readonly description: string
  /** The scope a token needs to see and to call it. */
  readonly scope: string
  /** Describes the arguments completely: a schema that would let anything else through is refused at start-up. */
  readonly input: z.ZodType<Input, Input>
  /** Who may see and call it besides having the scope (default: everybody). */
  readonly isFor?: (principal: Principal) => boolean
  /**
   * Does the work and answers with text. The caller reads the message of a {@link ToolFailure}, and one sentence that
   * says nothing for whatever else is thrown.
   */
  readonly run: (input: Input, call: ToolCall) => Promise<string>
}

/** One tool, ready to be offered. */
export interface Tool extends Omit<ToolDefinition<object>, 'run' | 'input'> {
  /** Offers it on a protocol server, which hands it nothing but arguments that its schema describes. */
  readonly addTo: (server: McpServer, call: ToolCall, log: CallLog) => void
}

/** What a tool knows about its caller. There is no token in it. */
export interface ToolCall {
  readonly principal: Principal
  /** Aborts when the caller goes away. */
  readonly signal: AbortSignal
}

/** What the operator learns about calls. */
export interface CallLog {
  called(tool: string, call: ToolCall): void
  /** @param error what the tool threw; the caller reads one sentence */
  failed(tool: string, error: unknown): void
}

/** A failure that the caller may read about. */
export class ToolFailure extends Error {
  override readonly name = 'ToolFailure'
}

/** @throws RingfenceError `schema_not_strict` */
export function defineTool<Input extends object>(definition: ToolDefinition<Input>): Tool {
  const { input, run, ...offer } = definition
  const { name, title, description } = offer
  const inputSchema = toolInput(input)
  return {
    ...offer,
    addTo: (server, call, log) => {
      server.registerTool(name, { title, description, inputSchema }, async (args) => {
        log.called(name, call)
        try {
          return { content: [{ type: 'text', text: await run(args, call) }] }
        } catch (error) {
          if (!(error instanceof ToolFailure)) log.failed(name, error)
          const text = error instanceof ToolFailure ? error.message : 'The tool failed.'
          return { isError: true, content: [{ type: 'text', text }] }
        }
      })
    },
  }
}
