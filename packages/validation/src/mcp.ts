import { RingfenceError } from '@ringfence/errors'
import * as z from 'zod'
import { deepStrict } from './deep-strict.ts'
import type { StandardJsonSchema, StandardResult } from './standard-schema.ts'

/**
 * The arguments of an MCP tool, for `inputSchema` of `registerTool` in the official SDK (2.x, any Standard Schema): judged
 * by {@link deepStrict}, where the SDK alone strips what it does not know, and published with
 * `additionalProperties: false` at every level and every `describe()` that the schema has.
 *
 * What is wrong reaches the model as field and rule (`url: host`), never with a character of what it sent. The JSON Schema
 * is written once, so a schema that cannot be published fails at start-up, and listing tools costs nothing.
 *
 * @throws RingfenceError `schema_not_strict`, `option_invalid` for a schema that describes no object
 *
 * @example
 * ```ts
 * const inputSchema = toolInput(z.strictObject({ url: publicUrl({ hosts: ['example.com'] }).describe('What to fetch') }))
 * server.registerTool('fetch_url', { inputSchema }, async ({ url }) => ({ content: await fetched(url) }))
 * ```
 */
export function toolInput<Output extends object, Input>(
  schema: z.ZodType<Output, Input>,
): StandardJsonSchema<Input, Output> {
  const strict = deepStrict(schema)
  const published = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' })
  // MCP 2026-07-28, Tool: inputSchema has the type "object".
  if (published.type !== 'object') throw new RingfenceError('option_invalid', 'toolInput: needs a z.strictObject')
  const { validate, jsonSchema } = strict['~standard']
  return Object.freeze({
    '~standard': Object.freeze({
      version: 1 as const,
      vendor: 'ringfence',
      validate: (value: unknown): StandardResult<Output> => validate(value) as StandardResult<Output>,
      jsonSchema: Object.freeze({
        input: (options: Parameters<typeof jsonSchema.input>[0]) =>
          options.target === 'draft-2020-12' ? { ...published } : jsonSchema.input(options),
        output: jsonSchema.output,
      }),
    }),
  })
}
