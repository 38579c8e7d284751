import { expect, test } from 'vitest'
import { startRedisProxy } from '../src/testing.ts'
import { cleanup, connected, server, timed, until, works } from './support/harness.ts'

test('passes on, delays in order, and garbles; a client that was garbled comes back', async () => {
  const proxy = await startRedisProxy(await server())
  cleanup(() => proxy.stop())
  const redis = await connected({ url: proxy.url, budgetMs: 1_000 })
  expect(await works(redis)).toBe(true)
  proxy.behave({ delayMs: 60 })
  const { elapsed } = await timed(() => redis.command(['PING']))
  expect(elapsed).toBeGreaterThanOrEqual(59)
  const late = redis.command(['ECHO', 'late'])
  await new Promise((resolve) => setTimeout(resolve, 20))
  proxy.behave('well')
  expect(await Promise.all([late, redis.command(['ECHO', 'next'])])).toEqual(['late', 'next'])
  proxy.behave({ garbage: 'HTTP/1.1 400 Bad Request\r\n\r\n' })
  expect(await works(redis)).toBe(false)
  proxy.behave('well')
  expect(await until(() => works(redis), 3_000)).toBeLessThan(3_000)
})
