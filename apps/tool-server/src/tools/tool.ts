import type { Principal } from '@ringfence/guard'
import { deepStrict } from '@ringfence/validation'
import * as z from 'zod'

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

/** One tool, ready to be offered: its `run` takes arguments as they come and validates them itself. */
export interface Tool extends Omit<ToolDefinition<object>, 'run' | 'input'> {
  /** What clients read about the arguments (JSON Schema 2020-12). */
  readonly jsonSchema: Readonly<Record<string, unknown>>
  readonly run: (args: unknown, call: ToolCall) => Promise<string>
}

/** What a tool knows about its caller. There is no token in it. */
export interface ToolCall {
  readonly principal: Principal
  /** Aborts when the caller goes away. */
  readonly signal: AbortSignal
}

/** A failure that the caller may read about. */
export class ToolFailure extends Error {
  override readonly name = 'ToolFailure'
}

/** @throws RingfenceError `schema_not_strict` */
export function defineTool<Input extends object>(definition: ToolDefinition<Input>): Tool {
  const { input, run, ...offer } = definition
  const strict = deepStrict(input)
  return {
    ...offer,
    jsonSchema: z.toJSONSchema(input, { io: 'input', target: 'draft-2020-12' }),
    run: async (args = {}, call) => {
      const verdict = strict.validate(args)
      if (verdict.ok) return run(verdict.value, call)
      throw new ToolFailure(`Invalid arguments: ${JSON.stringify(verdict.errors)}`)
    },
  }
}
