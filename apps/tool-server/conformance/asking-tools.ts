import type { McpServer } from '@modelcontextprotocol/server'
import * as z from 'zod'

/** Tools that, in the older era, send a request of their own to the client while they are called. */
export function addAskingTools(server: McpServer): void {
  server.registerTool(
    'test_sampling',
    { description: 'Asks for a completion.', inputSchema: z.strictObject({ prompt: z.string() }) },
    async ({ prompt }, { mcpReq }) => {
      const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: prompt } }]
      const answer = await mcpReq.send({ method: 'sampling/createMessage', params: { messages, maxTokens: 100 } })
      return said('LLM response', answer)
    },
  )
  server.registerTool(
    'test_elicitation',
    { description: 'Asks the user.', inputSchema: z.strictObject({ message: z.string() }) },
    async ({ message }, { mcpReq }) => {
      const requestedSchema = { type: 'object' as const, properties: { response: TEXT }, required: ['response'] }
      return said(
        'User response',
        await mcpReq.send({ method: 'elicitation/create', params: { message, requestedSchema } }),
      )
    },
  )
  for (const [name, properties] of Object.entries(FORMS)) {
    server.registerTool(
      name,
      { description: 'Asks with a form.', inputSchema: z.strictObject({}) },
      async (_args, ctx) => {
        const requestedSchema = { type: 'object' as const, properties, required: [] }
        const params = { message: 'Please fill in the form', requestedSchema }
        return said('Elicitation completed', await ctx.mcpReq.send({ method: 'elicitation/create', params }))
      },
    )
  }
}

/** The way in which the suite finds the answer again. */
function said(what: string, answer: object): { content: [{ type: 'text'; text: string }] } {
  const { action, content } = answer as { action?: string; content?: unknown }
  const text =
    action === undefined ? JSON.stringify(content) : `action=${action}, content=${JSON.stringify(content ?? {})}`
  return { content: [{ type: 'text', text: `${what}: ${text}` }] }
}

const TEXT = { type: 'string' as const }
const OPTIONS = ['option1', 'option2', 'option3']
const titled = (values: readonly string[]) => values.map((one) => ({ const: one, title: `Title of ${one}` }))

const FORMS = {
  // SEP-1034: a default for every kind of value.
  test_elicitation_sep1034_defaults: {
    name: { ...TEXT, default: 'John Doe' },
    age: { type: 'integer' as const, default: 30 },
    score: { type: 'number' as const, default: 95.5 },
    status: { ...TEXT, enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean' as const, default: true },
  },
  // SEP-1330: the five forms of an enumeration.
  test_elicitation_sep1330_enums: {
    untitledSingle: { ...TEXT, enum: OPTIONS },
    titledSingle: { ...TEXT, oneOf: titled(['value1', 'value2', 'value3']) },
    legacyEnum: { ...TEXT, enum: ['opt1', 'opt2', 'opt3'], enumNames: ['Option One', 'Option Two', 'Option Three'] },
    untitledMulti: { type: 'array' as const, minItems: 1, maxItems: 3, items: { ...TEXT, enum: OPTIONS } },
    titledMulti: {
      type: 'array' as const,
      minItems: 1,
      maxItems: 3,
      items: { anyOf: titled(['value1', 'value2', 'value3']) },
    },
  },
}
