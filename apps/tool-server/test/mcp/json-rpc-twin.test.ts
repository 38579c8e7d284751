import { allow, deny } from '@ringfence/guard'
import { expect, test } from 'vitest'
import { jsonRpcTwin } from '../../src/mcp/json-rpc-twin.ts'
import type { Message } from '../../src/mcp/message.ts'
import { mcpRequest } from '../support/mcp-request.ts'

const denying = {
  name: 'x',
  denies: ['rate_limited'] as const,
  check: () => deny('rate_limited', { members: { left: 7 } }),
}
const request = mcpRequest()
const message = (id: Message['id']): { message: Message } => ({
  message: { value: {}, id, method: 'tools/call', name: undefined },
})

test('a denied request gets the error response to it, beside the members of the problem', async () => {
  expect(await jsonRpcTwin(denying).check(request, message('seven'))).toMatchObject({
    code: 'rate_limited',
    members: {
      left: 7,
      jsonrpc: '2.0',
      id: 'seven',
      error: { code: 429, message: 'Too many requests.', data: { code: 'rate_limited', left: 7 } },
    },
  })
})

test('0 is an id', async () => {
  expect(await jsonRpcTwin(denying).check(request, message(0))).toMatchObject({ members: { id: 0 } })
})

test('a notification has no response: its denial stays as it is', async () => {
  expect(await jsonRpcTwin(denying).check(request, message(undefined))).toEqual(denying.check())
})

test('what is allowed stays as it is, at once or later', async () => {
  const allowing = { ...denying, check: () => allow() }
  expect(jsonRpcTwin(allowing).check(request, message(1))).toEqual(allow())
  const later = { ...denying, check: () => Promise.resolve(denying.check()) }
  expect(await jsonRpcTwin(later).check(request, message(1))).toMatchObject({ members: { id: 1 } })
})
