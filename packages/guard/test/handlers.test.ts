import { describe, expect, test } from 'vitest'
import { refuse } from '../src/index.ts'
import { stopServer } from '../src/node.ts'
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
