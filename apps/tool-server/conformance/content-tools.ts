import { setTimeout as sleep } from 'node:timers/promises'
import { type CallToolResult, fromJsonSchema, type McpServer, type ServerEventBus } from '@modelcontextprotocol/server'
import * as z from 'zod'
import { PNG, WAV } from './samples.ts'

/** Tools that answer at once, with every kind of content, with progress, log messages, an error or a change. */
export function addContentTools(server: McpServer, bus: ServerEventBus): void {
  for (const [name, content] of Object.entries(CONTENT)) {
    server.registerTool(name, { description: 'Answers with fixed content.' }, () => ({ content }))
  }
  for (const [name, kind] of Object.entries(CHANGES)) {
    server.registerTool(name, { description: 'Says that a list has changed.', inputSchema: NOTHING }, () => {
      bus.publish({ kind })
      return { content: text('published') }
    })
  }
  server.registerTool('test_error_handling', { description: 'Fails.' }, () => {
    throw new Error('This tool intentionally returns an error for testing')
  })
  server.registerTool(
    'test_logging_tool',
    { description: 'Logs where the request asks for it.', inputSchema: NOTHING },
    async (_args, { mcpReq }) => {
      // oxlint-disable-next-line typescript/no-deprecated -- the suite asks whether it is silent when nobody asked for it
      await mcpReq.log('info', 'logged')
      return { content: text('done') }
    },
  )
  server.registerTool(
    'test_tool_with_logging',
    { description: 'Logs three messages.', inputSchema: NOTHING },
    async (_args, { mcpReq }) => {
      for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
        await mcpReq.notify({ method: 'notifications/message', params: { level: 'info', data } })
        await sleep(50)
      }
      return { content: text('done') }
    },
  )
  server.registerTool(
    'test_tool_with_progress',
    { description: 'Reports progress to who asked for it.', inputSchema: NOTHING },
    async (_args, { mcpReq }) => {
      const { _meta: meta } = mcpReq
      const token = meta?.progressToken
      for (const progress of token === undefined ? [] : [0, 50, 100]) {
        const params = { progressToken: token!, progress, total: 100 }
        await mcpReq.notify({ method: 'notifications/progress', params })
        await sleep(50)
      }
      return { content: text(String(token)) }
    },
  )
  server.registerTool(
    'test_x_mcp_header',
    { description: 'Has an argument that a header field repeats.', inputSchema: fromJsonSchema<object>(MIRRORED) },
    (args) => ({ content: text(JSON.stringify(args)) }),
  )
  server.registerTool(
    'json_schema_2020_12_tool',
    { description: 'Has a schema of many keywords.', inputSchema: fromJsonSchema<object>(KEYWORDS) },
    (args) => ({ content: text(JSON.stringify(args)) }),
  )
}

type Content = CallToolResult['content']

function text(said: string): Content {
  return [{ type: 'text', text: said }]
}

const NOTHING = z.strictObject({})
const IMAGE: Content[number] = { type: 'image', data: PNG, mimeType: 'image/png' }
const embedded = (uri: string, mimeType: string, said: string): Content[number] => ({
  type: 'resource',
  resource: { uri, mimeType, text: said },
})

const CONTENT: Readonly<Record<string, Content>> = {
  test_simple_text: text('This is a simple text response for testing.'),
  test_streaming_elicitation: text('done'),
  test_image_content: [IMAGE],
  test_audio_content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }],
  test_embedded_resource: [embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
  test_multiple_content_types: [
    ...text('Multiple content types test:'),
    IMAGE,
    embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
  ],
}

const CHANGES: Readonly<Record<string, 'tools_list_changed' | 'prompts_list_changed'>> = {
  test_trigger_tool_change: 'tools_list_changed',
  test_trigger_prompt_change: 'prompts_list_changed',
}

const MIRRORED = {
  type: 'object',
  properties: { region: { type: 'string', 'x-mcp-header': 'Region' }, level: { type: 'integer' } },
}

const KEYWORDS = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
}
