import { createSecretKey, randomBytes } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { RedisKeys } from '../src/redis-key.ts'

const tag = (name: string): string => /\{(.*)\}/.exec(name)![1]!

test('all policies of an endpoint lie in one slot, other endpoints elsewhere', () => {
  const names = new RedisKeys('rl', { name: 'endpoint', maxKeys: 100 }, undefined)
  const endpoint = names.of('POST /v1/orders').name
  const caller = new RedisKeys('rl', { name: 'caller', maxKeys: 100 }, undefined).of([
    'POST /v1/orders',
    'api-key',
    'rfk_1',
  ]).name
  const other = names.of('GET /v1/orders').name
  expect(endpoint).toMatch(/^rl:\{[A-Za-z0-9_-]{22}\}:endpoint$/)
  expect(caller).toMatch(/^rl:\{[A-Za-z0-9_-]{22}\}:caller:[A-Za-z0-9_-]{22}$/)
  expect(tag(caller)).toBe(tag(endpoint))
  expect(tag(other)).not.toBe(tag(endpoint))
})

test('different keys and policies have different names', () => {
  const names = {
    a: new RedisKeys('rl', { name: 'a', maxKeys: 100 }, undefined),
    b: new RedisKeys('rl', { name: 'b', maxKeys: 100 }, undefined),
  }
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
  const name = new RedisKeys('rl', { name: 'address', maxKeys: 100 }, secret).of(key).name
  expect(new RedisKeys('rl', { name: 'address', maxKeys: 100 }, secret).of(key).name).toBe(name)
  expect(
    new RedisKeys('rl', { name: 'address', maxKeys: 100 }, createSecretKey(randomBytes(32))).of(key).name,
  ).not.toBe(name)
  expect(new RedisKeys('rl', { name: 'address', maxKeys: 100 }, undefined).of(key).name).not.toBe(name)
  expect(name).not.toContain('192')
})

test('what is known of a key is forgotten oldest first, and its name stays right', () => {
  const names = new RedisKeys('rl', { name: 'p', maxKeys: 100 }, undefined)
  const seen = Array.from({ length: 250 }, (_, i) => names.of(`key-${i}`))
  expect(names.of('key-249')).toBe(seen[249])
  expect(names.of('key-150')).toBe(seen[150])
  expect(names.of('key-149')).not.toBe(seen[149])
  expect(names.of('key-0')).not.toBe(seen[0])
  expect(names.of('key-0').name).toBe(seen[0]!.name)
})
