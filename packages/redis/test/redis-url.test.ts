import { verifies, violates } from '@ringfence/policy'
import { expect, test } from 'vitest'
import { connectRedis } from '../src/index.ts'
import { redisUrl, type RedisAddress } from '../src/redis-url.ts'
import { plaintextAnywhere } from '../src/unsafe.ts'

const secret = 'p%40ss'

test('ACL user, password and database are taken apart and decoded', () => {
  expect(redisUrl(`redis://app:${secret}@127.0.0.1:6380/3`)).toEqual({
    socket: { host: '127.0.0.1', port: 6380, tls: false },
    username: 'app',
    password: 'p@ss',
    database: 3,
  })
})

test('rediss: asks for TLS 1.3 and a checked certificate, whatever the options say', () => {
  const loose = { rejectUnauthorized: false, minVersion: 'TLSv1' } as object
  expect(redisUrl('rediss://redis.example', loose).socket).toMatchObject({
    host: 'redis.example',
    port: 6379,
    tls: true,
    minVersion: 'TLSv1.3',
    rejectUnauthorized: true,
  })
})

test.each([
  'redis://127.0.0.1',
  'redis://127.9.9.9:1',
  'redis://localhost',
  'redis://[::1]:6379/',
  'unix:///run/redis.sock',
])('loopback may be plain: %s', (url) => {
  expect(redisUrl(url).socket.tls).toBe(false)
})

const BEYOND_LOOPBACK = [
  'redis://redis.example',
  'redis://10.0.0.1:6379',
  'redis://127.0.0.1.example',
  'redis://127.1',
  'redis://0.0.0.0',
  'redis://[::]',
  'redis://[::ffff:10.0.0.1]',
  'redis://localhost.example',
]

/** The URLs beyond loopback that a reader takes although they ask for plaintext. */
function plaintextAccepted(read: (url: string) => RedisAddress): string[] {
  return BEYOND_LOOPBACK.filter((url) => {
    try {
      return !read(url).socket.tls
    } catch {
      return false
    }
  })
}

verifies('TR-20/redis', 'beyond loopback plaintext is refused, and TLS is 1.3', () => {
  expect(plaintextAccepted((url) => redisUrl(url))).toEqual([])
  expect(() => redisUrl('redis://redis.example')).toThrow('write rediss:')
  expect(redisUrl('rediss://redis.example').socket).toMatchObject({ minVersion: 'TLSv1.3' })
})

violates('TR-20/redis', 'a reader that takes plaintext anywhere is caught', () => {
  expect(plaintextAccepted((url) => redisUrl(url, {}, true))).toEqual(BEYOND_LOOPBACK)
})

test.each([
  'not a url',
  '',
  'http://127.0.0.1',
  `redis://:${secret}@127.0.0.1/x`,
  `redis://:${secret}@127.0.0.1/1/2`,
  `redis://:${secret}@127.0.0.1?db=1`,
  `redis://:${secret}@127.0.0.1#1`,
  `redis://user@127.0.0.1`,
  `redis://:%zz@127.0.0.1`,
  `redis://:${secret}@127.0.0.1:99999`,
  'unix://elsewhere/run/redis.sock',
  'unix:///',
])('a malformed URL is refused without quoting it: %s', (url) => {
  let message = ''
  try {
    redisUrl(url)
  } catch (error) {
    message = String(error)
  }
  expect(message).toMatch(/^RingfenceError: connectRedis: /)
  expect(message).not.toContain(secret)
})

test('only the symbol of the unsafe subpath lets plaintext out', async () => {
  const url = 'redis://192.0.2.1:1'
  await expect(connectRedis({ url, connectMs: 20 })).rejects.toMatchObject({ code: 'option_invalid' })
  const named = { url, connectMs: 20, plaintextAnywhere: true, 'plaintext anywhere': true }
  await expect(connectRedis(named)).rejects.toMatchObject({ code: 'option_invalid' })
  const unsafe = { url, connectMs: 20, [plaintextAnywhere]: true as const }
  await expect(connectRedis(unsafe)).rejects.toMatchObject({ code: 'redis_unavailable' })
})
