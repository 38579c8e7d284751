import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { verifies, violates } from '@ringfence/policy'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Order } from '../../src/orders/order.ts'
import { createHttpsVenue } from '../../src/venues/https-venue.ts'
import { PAPER_INSTRUMENTS } from '../../src/venues/paper-venue.ts'
import type { Venue } from '../../src/venues/venue.ts'

interface Reply {
  readonly status?: number
  readonly type?: string
  readonly body: unknown
}

/** A venue on loopback that answers whatever the test says, and what it was asked. */
async function venueThatAnswers(reply: Reply): Promise<{ venue: Venue; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      asked.push(`${request.method} ${request.url} ${body}`)
      response.writeHead(reply.status ?? 200, { 'content-type': reply.type ?? 'application/json' })
      response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const venue = createHttpsVenue(`http://127.0.0.1:${port}/v1`)
  onTestFinished(async () => {
    await venue.close?.()
    server.close()
  })
  return { venue, asked }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

const orderId = '0123456789abcdef0123456789abcdef'
const order: Order = {
  orderId,
  accountId: 'main',
  clientOrderId: 'client-1',
  symbol: 'BTC-EUR',
  side: 'buy',
  type: 'limit',
  quantity: '0.01',
  limitPrice: '59000.5',
  status: 'submitting',
  createdAt: 0,
  updatedAt: 0,
}
const { signal } = new AbortController()

describe('a venue that answers as expected', () => {
  test('is told the order under its id, without account and client id', async () => {
    const { venue, asked } = await venueThatAnswers({ status: 201, body: { orderId, status: 'accepted' } })
    expect(await venue.submit(order, signal)).toBe('accepted')
    expect(asked).toEqual([
      `PUT /v1/orders/${orderId} {"symbol":"BTC-EUR","side":"buy","type":"limit","quantity":"0.01","limitPrice":"59000.5"}`,
    ])
  })

  test('is asked about it, and told to cancel it', async () => {
    const { venue, asked } = await venueThatAnswers({ body: { orderId, status: 'cancelled' } })
    expect(await venue.status(orderId, signal)).toBe('cancelled')
    expect(await venue.cancel(orderId, signal)).toBe('cancelled')
    expect(asked).toEqual([`GET /v1/orders/${orderId} `, `DELETE /v1/orders/${orderId} `])
  })

  test('does not know it', async () => {
    const { venue } = await venueThatAnswers({ status: 404, body: {} })
    expect(await venue.status(orderId, signal)).toBe('missing')
  })

  test('describes its instruments', async () => {
    const { venue } = await venueThatAnswers({ body: { items: PAPER_INSTRUMENTS } })
    expect(await venue.instruments(signal)).toEqual(PAPER_INSTRUMENTS)
    await expect(venue.ready(signal)).resolves.toBeUndefined()
  })
})

describe('anything else is no answer', () => {
  const UNEXPECTED: readonly (readonly [string, Reply])[] = [
    ['another field', { body: { orderId, status: 'accepted', note: '' } }],
    ['a missing field', { body: { status: 'accepted' } }],
    ['another status', { body: { orderId, status: 'filled' } }],
    ['another order', { body: { orderId: orderId.replace('0', '1'), status: 'accepted' } }],
    ['the status twice', { body: `{"orderId":"${orderId}","status":"rejected","status":"accepted"}` }],
    ['a page', { body: '<html>', type: 'text/html' }],
    ['an error with a good body', { status: 500, body: { orderId, status: 'accepted' } }],
    ['a redirect', { status: 307, body: { orderId, status: 'accepted' } }],
    ['too much', { body: { orderId, status: 'accepted', pad: 'x'.repeat(300_000) } }],
  ]

  const believed = async (venue: Venue): Promise<string> =>
    venue.submit(order, signal).catch((error: unknown) => (error instanceof Error ? 'no answer' : 'thrown'))

  verifies('TR-03/venue', 'a response outside its schema is never believed', async () => {
    const answers = []
    for (const [, reply] of UNEXPECTED) answers.push(await believed((await venueThatAnswers(reply)).venue))
    expect(answers).toEqual(UNEXPECTED.map(() => 'no answer'))
  })

  violates('TR-03/venue', 'a response inside its schema is believed', async () => {
    const { venue } = await venueThatAnswers({ body: { orderId, status: 'accepted' } })
    expect(await believed(venue)).toBe('accepted')
  })

  test('and none of its text is repeated', async () => {
    const { venue } = await venueThatAnswers({ body: { orderId, status: 'accepted', secret: 'planted-in-answer' } })
    await expect(venue.submit(order, signal)).rejects.toThrow(/^the venue did not answer in the expected form$/)
  })

  test('a 404 to a submission is no answer either', async () => {
    const { venue } = await venueThatAnswers({ status: 404, body: {} })
    expect(await believed(venue)).toBe('no answer')
  })

  test('instruments that are not complete', async () => {
    const { tick: _tick, ...broken } = PAPER_INSTRUMENTS[0]!
    const { venue } = await venueThatAnswers({ body: { items: [broken] } })
    await expect(venue.instruments(signal)).rejects.toThrow(/expected form/)
    await expect(venue.ready(signal)).rejects.toThrow(/expected form/)
  })
})

test('plain http is for loopback alone', async () => {
  const venue = createHttpsVenue('http://venue.example.com')
  await expect(venue.submit(order, signal)).rejects.toMatchObject({ code: 'egress_denied' })
  await venue.close?.()
})
