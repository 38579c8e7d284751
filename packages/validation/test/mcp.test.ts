import { McpServer } from '@modelcontextprotocol/server'
import { describe, expect, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import { decimal } from '../src/decimal.ts'
import { publicUrl } from '../src/public-url.ts'
import { toolInput } from '../src/mcp.ts'

const schema = z
  .strictObject({
    url: publicUrl({ hosts: ['example.com'] }).describe('What to fetch'),
    options: z.strictObject({ most: decimal({ scale: 0, max: '9' }).describe('How much') }).optional(),
  })
  .describe('A page')
const inputSchema = toolInput(schema)
const published = inputSchema['~standard'].jsonSchema.input({ target: 'draft-2020-12' })

describe('the published schema', () => {
  test('is closed at every level and keeps every description', () => {
    expect(published).toMatchObject({
      type: 'object',
      description: 'A page',
      additionalProperties: false,
      properties: {
        url: { type: 'string', description: 'What to fetch' },
        options: { additionalProperties: false, properties: { most: { description: 'How much' } } },
      },
      required: ['url'],
    })
  })

  test('is written in other dialects, too', () => {
    expect(inputSchema['~standard'].jsonSchema.input({ target: 'draft-07' })['$schema']).toContain('draft-07')
  })
})

describe('the official SDK with it', () => {
  const seen: unknown[] = []
  const server = new McpServer({ name: 'test', version: '1' })
  const tool = server.registerTool('fetch', { inputSchema }, async (input) => {
    expectTypeOf(input).toEqualTypeOf<z.output<typeof schema>>()
    seen.push(input)
    return { content: [{ type: 'text', text: 'fetched' }] }
  })
  const loose = server.registerTool('loose', { inputSchema: z.object({ url: z.string() }) }, async (input) => {
    seen.push(input)
    return { content: [] }
  })
  type Judged = (tool: unknown, args: unknown, name: string) => Promise<unknown>
  const judge = (args: unknown, which: unknown = tool): Promise<unknown> =>
    (server as unknown as { validateToolInput: Judged }).validateToolInput(which, args, 'fetch')

  test('takes what the schema describes, frozen', async () => {
    const args = await judge({ url: 'https://example.com/a' })
    expect(args).toEqual({ url: 'https://example.com/a' })
    expect(Object.isFrozen(args)).toBe(true)
  })

  test.each<[what: string, args: unknown, told: string]>([
    ['an unknown argument', { url: 'https://example.com/', evil: 'SECRET' }, 'unknown_key'],
    ['one inside', { url: 'https://example.com/', options: { most: '1', evil: 'SECRET' } }, 'options: unknown_key'],
    ['a value that is refused', { url: 'https://SECRET.test/' }, 'url: format'],
    ['nothing', undefined, 'url: required'],
  ])('refuses %s and repeats nothing', async (_, args, told) => {
    const error = await judge(args).catch((reason: unknown) => reason)
    expect(String(error)).toContain(told)
    expect(String(error)).not.toContain('SECRET')
  })

  test('alone strips what it does not know', async () => {
    expect(await judge({ url: 'x', evil: 1 }, loose)).toEqual({ url: 'x' })
  })
})

test('a schema that strips, or describes no object, does not start', () => {
  expect(() => toolInput(z.object({}))).toThrow('schema is not strict')
  expect(() => toolInput(z.array(z.strictObject({})).max(2))).toThrow('z.strictObject')
})
