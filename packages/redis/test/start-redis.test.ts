import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startRedis } from '../src/testing.ts'

test('a missing program is one clear sentence', async () => {
  await expect(startRedis({ binary: 'no-such-redis-server' })).rejects.toThrow(
    'no-such-redis-server cannot be run: install Redis 7',
  )
})

test('arguments the server does not take are one clear sentence', async () => {
  await expect(startRedis({ args: ['--no-such-option', 'x'] })).rejects.toThrow('check its arguments')
})

test('stop ends the process and removes its folder', async () => {
  const server = await startRedis()
  expect(existsSync(server.socket)).toBe(true)
  await server.stop()
  expect(existsSync(server.directory)).toBe(false)
  expect(() => process.kill(server.pid, 0)).toThrow('ESRCH')
})

test('a frozen server can be stopped too', async () => {
  const server = await startRedis()
  server.pause()
  await server.stop()
  expect(() => process.kill(server.pid, 0)).toThrow('ESRCH')
})
