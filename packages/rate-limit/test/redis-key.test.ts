import { createSecretKey, randomBytes } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { RedisKeys } from '../src/redis-key.ts'

const tag = (name: string): string => /\{(.*)\}/.exec(name)![1]!

test('all policies of an endpoint lie in one slot, other endpoints elsewhere', () => {
  const names = new RedisKeys('rl', 'endpoint', undefined)
  const endpoint = names.of('POST /v1/orders').name
  const caller = new RedisKeys('rl', 'caller', undefined).of(['POST /v1/orders', 'api-key', 'rfk_1']).name
  const other = names.of('GET /v1/orders').name
  expect(endpoint).toMatch(/^rl:\{[A-Za-z0-9_-]{22}\}:endpoint$/)
  expect(caller).toMatch(/^rl:\{[A-Za-z0-9_-]{22}\}:caller:[A-Za-z0-9_-]{22}$/)
  expect(tag(caller)).toBe(tag(endpoint))
  expect(tag(other)).not.toBe(tag(endpoint))
})

test('different keys and policies have different names', () => {
  const names = { a: new RedisKeys('rl', 'a', undefined), b: new RedisKeys('rl', 'b', undefined) }
  const text = fc.oneof(
    fc.string({ maxLength: 3 }),
    fc.string({ unit: fc.constantFrom('a', '1:a', '\ud800', '\ud801') }),
  )
  const key = fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 }))
  const policy = fc.constantFrom('a' as const, 'b' as const)
  fc.assert(
    fc.property(policy, key, policy, key, (policyA, a, policyB, b) => {
      expect(names[policyA].of(a).name === names[policyB].of(b).name).toBe(
        policyA === policyB && JSON.stringify(a) === JSON.stringify(b),
      )
    }),
    { numRuns: 3000 },
  )
})

test('a name is the same in every process with the same secret, and says nothing', () => {
  const secret = createSecretKey(randomBytes(32))
  const key = ['192.0.2.1', '127.0.0.1:7101']
  const name = new RedisKeys('rl', 'address', secret).of(key).name
  expect(new RedisKeys('rl', 'address', secret).of(key).name).toBe(name)
  expect(new RedisKeys('rl', 'address', createSecretKey(randomBytes(32))).of(key).name).not.toBe(name)
  expect(new RedisKeys('rl', 'address', undefined).of(key).name).not.toBe(name)
  expect(name).not.toContain('192')
})

test('what is known of a key is forgotten oldest first, and its name stays right', () => {
  const names = new RedisKeys('rl', 'p', undefined)
  const seen = Array.from({ length: 25_000 }, (_, i) => names.of(`key-${i}`))
  expect(names.of('key-24999')).toBe(seen[24_999])
  expect(names.of(`key-${25_000 - 16_384}`)).toBe(seen[25_000 - 16_384])
  expect(names.of('key-0')).not.toBe(seen[0])
  expect(names.of('key-0').name).toBe(seen[0]!.name)
})
