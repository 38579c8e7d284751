import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { freePort } from '../src/testing.ts'

test('nobody listens on it', async () => {
  const port = await freePort()
  expect(port).toBeGreaterThan(1_023)
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  server.close()
})
