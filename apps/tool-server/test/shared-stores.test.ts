import { randomBytes } from 'node:crypto'
import { createLimiter, policy } from '@ringfence/rate-limit'
import { connectRedis } from '@ringfence/redis'
import { startRedis } from '@ringfence/redis/testing'
import { expect, onTestFinished, test } from 'vitest'
import { sharedStores } from '../src/shared-stores.ts'

test('Redis learns who is counted only as a name that takes the key of this server to make', async () => {
  const server = await startRedis()
  const redis = await connectRedis({ url: server.url })
  onTestFinished(async () => {
    redis.close()
    await server.stop()
  })
  const [key, other] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')]
  /** The names in Redis after one call was counted and one token revoked. */
  const namesUnder = async (fingerprintKey: string): Promise<string[]> => {
    await redis.command(['FLUSHALL'])
    const { limits, revocations } = sharedStores(redis, fingerprintKey)
    const one = policy({ name: 'tool', limit: 10, windowMs: 60_000, key: () => CALLER })
    await createLimiter({ policies: [one], store: limits }).consume([CALLER])
    await revocations.revoke('k1:fingerprint', Date.now() + 60_000)
    return ((await redis.command(['KEYS', '*'])) as string[]).toSorted()
  }
  const names = await namesUnder(key)
  expect(names).toEqual([expect.stringMatching(/^rf:tools:limits/), 'rf:tools:revoked:k1:fingerprint'])
  expect(names.join()).not.toMatch(/tester|192\.0\.2\.7/)
  expect(await namesUnder(key)).toEqual(names)
  expect((await namesUnder(other))[0]).not.toBe(names[0])
})

const CALLER = ['tester', '192.0.2.7'] as const
