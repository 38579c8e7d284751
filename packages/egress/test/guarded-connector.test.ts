import { lookup } from 'node:dns'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { guardedConnector, type Complaint } from '../src/guarded-connector.ts'
import { authority, https } from './support/servers.ts'

async function connect(complaint: Complaint, port: number): Promise<{ error: Error | null; socket: Socket | null }> {
  const connector = guardedConnector({ complaint, lookup, ca: [authority.ca], timeoutMs: 1_000 })
  const target = { protocol: 'https:', hostname: '127.0.0.1', host: `127.0.0.1:${port}`, port: String(port) }
  return new Promise((resolve) => connector(target, (error, socket) => resolve({ error, socket })))
}

test('the socket that comes back is checked as well: an address can differ from the one that was asked for', async () => {
  const server = await https((_, answer) => answer.end())
  const asked: string[] = []
  const { error, socket } = await connect((address) => {
    asked.push(address)
    return asked.length === 1 ? undefined : 'not this one'
  }, server.port)
  expect(asked).toEqual(['127.0.0.1', '127.0.0.1'])
  expect(error).toMatchObject({ code: 'egress_denied' })
  expect(socket).toBeNull()
})

test('an address without complaint gets a TLS 1.3 socket', async () => {
  const server = await https((_, answer) => answer.end())
  const { error, socket } = await connect(() => undefined, server.port)
  expect(error).toBeNull()
  expect(socket).toMatchObject({ authorized: true })
  expect((socket as unknown as { getProtocol(): string }).getProtocol()).toBe('TLSv1.3')
  socket?.destroy()
})
