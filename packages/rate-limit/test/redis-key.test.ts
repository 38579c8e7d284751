import { createSecretKey, randomBytes } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { joinKey } from '../src/index.ts'
import { RedisKeys } from '../src/redis-key.ts'

const tag = (name: string): string => /\{(.*)\}/.exec(name)![1]!

test('all policies of an endpoint lie in one slot, other endpoints elsewhere', () => {
  const names = new RedisKeys('rl', 'endpoint', undefined)
  const endpoint = names.of(joinKey('POST /v1/orders'))
  const caller = new RedisKeys('rl', 'caller', undefined).of(joinKey(['POST /v1/orders', 'api-key', 'rfk_1']))
  const other = names.of(joinKey('GET /v1/orders'))
  expect(endpoint).toMatch(/^rl:\{[A-Za-z0-9_-]{22}\}:endpoint$/)
  expect(caller).toMatch(/^rl:\{[A-Za-z0-9_-]{22}\}:caller:[A-Za-z0-9_-]{22}$/)
  expect(tag(caller)).toBe(tag(endpoint))
  expect(tag(other)).not.toBe(tag(endpoint))
})

test('different keys and policies have different names', () => {
  const names = { a: new RedisKeys('rl', 'a', undefined), b: new RedisKeys('rl', 'b', undefined) }
  const key = fc.oneof(fc.string(), fc.array(fc.string({ maxLength: 3 }), { minLength: 1, maxLength: 3 }).map(joinKey))
  const policy = fc.constantFrom('a' as const, 'b' as const)
  fc.assert(
    fc.property(policy, key, policy, key, (policyA, a, policyB, b) => {
      expect(names[policyA].of(a) === names[policyB].of(b)).toBe(policyA === policyB && a === b)
    }),
    { numRuns: 3000 },
  )
})

test('a name is the same in every process with the same secret, and says nothing', () => {
  const secret = createSecretKey(randomBytes(32))
  const key = joinKey(['192.0.2.1', '127.0.0.1:7101'])
  const name = new RedisKeys('rl', 'address', secret).of(key)
  expect(new RedisKeys('rl', 'address', secret).of(key)).toBe(name)
  expect(new RedisKeys('rl', 'address', createSecretKey(randomBytes(32))).of(key)).not.toBe(name)
  expect(new RedisKeys('rl', 'address', undefined).of(key)).not.toBe(name)
  expect(name).not.toContain('192')
})

test('names stay right when more have been seen than are remembered', () => {
  const names = new RedisKeys('rl', 'p', undefined)
  const first = names.of('key-0')
  for (let i = 0; i < 25_000; i++) names.of(`key-${i}`)
  expect(names.of('key-0')).toBe(first)
})

test.each(['999999:short', '3:abcdef', ':', '1', '0:', '12345678:x'])(
  'a key that only looks joined is taken whole or by its first part: %s',
  (key) => {
    expect(new RedisKeys('rl', 'p', undefined).of(key)).toMatch(/^rl:\{.{22}\}:p(:.{22})?$/)
  },
)
