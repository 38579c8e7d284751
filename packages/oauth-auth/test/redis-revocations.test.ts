import { afterEach, beforeEach, expect, test } from 'vitest'
import { connectRedis, type Redis } from '@ringfence/redis'
import { startRedis, type RedisServer } from '@ringfence/redis/testing'
import { redisRevocations } from '../src/redis.ts'
import { outcome, setup, tearDown, type Setup } from './support/validator.ts'

const keyOf = { keyId: 'shared', key: Buffer.alloc(32, 7) }

let server: RedisServer
let connections: Redis[]
let replicas: Setup[]

beforeEach(async () => {
  server = await startRedis()
  connections = await Promise.all([1, 2, 3].map(() => connectRedis({ url: server.url })))
  replicas = await Promise.all(
    connections.map((redis) => setup({ revocations: redisRevocations({ redis }), fingerprintKey: keyOf })),
  )
})
afterEach(async () => {
  await Promise.all(replicas.map(tearDown))
  for (const redis of connections) redis.close()
  await server.stop()
})

test('TS-08 a token revoked at one replica is refused by all three within 1 s, although they have it cached', async () => {
  const tokens = replicas.map((replica) => replica.token())
  for (const [i, { validator }] of replicas.entries()) {
    expect(await outcome(validator.validate(tokens[i]!))).toBe('accepted')
    expect(await outcome(validator.validate(tokens[i]!))).toBe('accepted')
  }
  const started = performance.now()
  for (const token of tokens) await replicas[0]!.validator.revoke(replicas[0]!.validator.fingerprint(token))
  for (const [i, { validator }] of replicas.entries()) {
    expect(await outcome(validator.validate(tokens[i]!))).toBe('revoked')
  }
  expect(performance.now() - started).toBeLessThan(1_000)
})

test('a revocation is kept for the longest lifetime of a token, under its fingerprint alone', async () => {
  const [replica] = replicas as [Setup]
  const token = replica.token()
  const fingerprint = replica.validator.fingerprint(token)
  await redisRevocations({ redis: connections[0]! }).revoke(fingerprint, Date.now() + 60_000)
  const [redis] = connections as [Redis]
  expect(await redis.command(['KEYS', '*'])).toEqual([`ringfence:revoked:${fingerprint}`])
  expect(await redis.command(['PTTL', `ringfence:revoked:${fingerprint}`])).toBeGreaterThan(59_000)
})

test('an answer that EXISTS does not give is no answer, and lets nothing through', async () => {
  const key = 'ringfence:revoked:odd'
  for (const odd of [2, -1, '0', null, 'QUEUED', []]) {
    const redis = { command: () => Promise.resolve(odd) } as unknown as Redis
    await expect(redisRevocations({ redis }).isRevoked(key)).rejects.toThrow(TypeError)
  }
})

test('TS-07 a frozen Redis is a 503 in time, not a pass and not a 401', async () => {
  const [replica] = replicas as [Setup]
  const { validator } = replica
  const good = replica.token()
  expect(await outcome(validator.validate(good))).toBe('accepted')
  server.pause()
  const started = performance.now()
  expect(await validator.validate(good)).toMatchObject({
    code: 'dependency_unavailable',
    reason: 'revocations_unavailable',
  })
  expect(performance.now() - started).toBeLessThan(500)
  server.resume()
})
