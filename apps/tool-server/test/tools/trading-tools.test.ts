import { afterAll, beforeAll, expect, test } from 'vitest'
import { tradingTools } from '../../src/tools/trading-tools.ts'
import { type Fixture, startFixture, toolCall } from '../support/fixture.ts'

let fixture: Fixture
let answer: { status: number; text: string }
beforeAll(async () => {
  const get = (): Promise<{ status: number; bytes: Uint8Array }> =>
    Promise.resolve({ status: answer.status, bytes: Buffer.from(answer.text) })
  fixture = await startFixture({ tools: tradingTools(get, ['tester']), limits: { tool: 1_000 } })
})
afterAll(() => fixture.stop())

/** What `list_orders` makes of an answer of the trading API. */
async function orders(status: number, text: string): Promise<{ isError?: boolean; content: [{ text: string }] }> {
  answer = { status, text }
  const { message, headers } = toolCall('list_orders')
  const authorization = `Bearer ${await fixture.token('trading:read')}`
  const response = await fixture.post(message, { ...headers, authorization })
  return ((await response.json()) as { result: Awaited<ReturnType<typeof orders>> }).result
}

const ORDER = {
  orderId: 'o-1',
  clientOrderId: 'client-order-1',
  symbol: 'BTC-EUR',
  side: 'buy',
  type: 'market',
  quantity: '1',
  status: 'accepted',
  createdAt: '2026-11-22T10:00:00.000Z',
  updatedAt: '2026-11-22T10:00:00.000Z',
}
const list = (...items: object[]): string => JSON.stringify({ items })

test('what the trading API answers comes out as it was checked', async () => {
  expect((await orders(200, list(ORDER))).content[0].text).toBe(list(ORDER))
})

test.each<[string, number, string]>([
  ['another status with a good body', 201, list(ORDER)],
  ['a refusal', 401, '{"code":"planted-detail"}'],
  ['an unknown member', 200, list({ ...ORDER, secret: 'planted-detail' })],
  ['a status that it does not have', 200, list({ ...ORDER, status: 'planted-detail' })],
  ['two readings', 200, list(ORDER).replace('{"items"', '{"items":[],"items"')],
  ['something else', 200, '<html>planted-detail</html>'],
])('%s is one sentence that says nothing of it', async (_, status, text) => {
  const { isError, content } = await orders(status, text)
  expect([isError, content[0].text]).toEqual([true, 'The trading system did not answer as expected.'])
})
