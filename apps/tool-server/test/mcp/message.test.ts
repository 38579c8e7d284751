import type { Outcome } from '@ringfence/guard'
import { expect, test } from 'vitest'
import { calledTool, type Message, mcpMessage } from '../../src/mcp/message.ts'
import { mcpRequest } from '../support/mcp-request.ts'

async function read(body: string): Promise<Outcome<{ message: Message }>> {
  return mcpMessage({ limit: 10_240 }).check(mcpRequest(body), {})
}

test.each<[object, Pick<Message, 'id' | 'method' | 'name'>, string?]>([
  [{ id: 1, method: 'tools/call', params: { name: 'a', uri: 'b' } }, { id: 1, method: 'tools/call', name: 'a' }, 'a'],
  [
    { id: 'x', method: 'resources/read', params: { uri: 'b:c' } },
    { id: 'x', method: 'resources/read', name: 'b:c' },
  ],
  [{ method: 'notifications/x' }, { id: undefined, method: 'notifications/x', name: undefined }],
  // Neither is a request: nobody waits for a response to it.
  [
    { id: 7, result: {} },
    { id: undefined, method: undefined, name: undefined },
  ],
  [
    { id: 7, method: 8 },
    { id: undefined, method: undefined, name: undefined },
  ],
  [
    { id: null, method: 'tools/call', params: { name: 7 } },
    { id: undefined, method: 'tools/call', name: undefined },
  ],
  [
    { id: 1, method: 'tools/call', params: ['a'] },
    { id: 1, method: 'tools/call', name: undefined },
  ],
])('%j', async (value, expected, tool) => {
  const outcome = await read(JSON.stringify(value))
  expect(outcome).toMatchObject({ ok: true, adds: { message: { value, ...expected } } })
  expect(outcome.ok && calledTool(outcome.adds.message)).toBe(tool)
})

test.each(['', '[]', '[{}]', 'null', '"x"', '7', '{', '{}{}', '{"a":1,"a":2}', '\ufeff{}'])(
  '%j is not one message',
  async (body) => {
    expect(await read(body)).toMatchObject({ ok: false, code: 'body_malformed' })
  },
)
