import { describe, expect, test } from 'vitest'
import { open, refuse } from '../src/index.ts'
import { guarded, guardNode, stopServer } from '../src/node.ts'
import { conformanceRoutes, exchange } from '../src/testing.ts'
import { ADAPTERS, listen } from './adapters.ts'

const GET = 'GET /seen HTTP/1.1\r\nHost: conformance.test\r\nX-Request-ID: the-same-id\r\n\r\n'

describe.each(Object.keys(ADAPTERS))('what a handler of %s throws', (name) => {
  test('is a 500 that says nothing, and an event for the operator', async () => {
    const events: unknown[] = []
    const fault = new Error('planted-detail')
    const options = { onError: (event: unknown) => void events.push(event) }
    const server = await ADAPTERS[name]!(conformanceRoutes, options, () => {
      throw fault
    })
    const port = await listen(server)
    const [answer] = await exchange(port, [GET])
    expect(answer).toMatchObject({ status: 500, body: expect.stringContaining('"code":"internal_error"') })
    expect(JSON.stringify(answer)).not.toContain('planted-detail')
    expect(events).toEqual([{ requestId: 'the-same-id', error: fault }])
    await stopServer(server, 100)
  })

  test('is the problem it refuses with', async () => {
    const server = await ADAPTERS[name]!(conformanceRoutes, {}, () =>
      refuse('idempotency_conflict', { members: { hint: 'other content' }, internal: 'planted-detail' }),
    )
    const port = await listen(server)
    const [answer] = await exchange(port, [GET])
    expect(answer?.status).toBe(409)
    expect(JSON.parse(answer!.body)).toMatchObject({ code: 'idempotency_conflict', hint: 'other content' })
    expect(answer?.body).not.toContain('planted-detail')
    await stopServer(server, 100)
  })
})

test('a refusal has no field of the answer that the handler had begun', async () => {
  const server = guardNode({
    'GET /seen': guarded(open('a test'), (_context, _message, response) => {
      response.setHeader('content-type', 'text/html').setHeader('set-cookie', 'a=b')
      refuse('not_found')
    }),
  })
  const port = await listen(server)
  const [answer] = await exchange(port, [GET])
  expect(answer?.headers.filter(([field]) => field === 'content-type' || field === 'set-cookie')).toEqual([
    ['content-type', 'application/problem+json'],
  ])
  await stopServer(server, 100)
})

test('a log that throws keeps no answer from its caller', async () => {
  const warnings: unknown[] = []
  const listener = (warning: Error): void => void warnings.push(warning.message)
  process.on('warning', listener)
  const fails = (): never => {
    throw new Error('the log is full')
  }
  const server = await ADAPTERS['node']!(conformanceRoutes, { onDeny: fails, onError: fails }, fails)
  const port = await listen(server)
  const statuses = [
    (await exchange(port, [GET]))[0]?.status,
    (await exchange(port, ['GET //x HTTP/1.1\r\n\r\n']))[0]?.status,
  ]
  expect(statuses).toEqual([500, 400])
  await expect.poll(() => warnings).toContain('the log is full')
  process.off('warning', listener)
  await stopServer(server, 100)
})
