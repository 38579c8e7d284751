import { Secret } from '@ringfence/secret-config'
import { expect, test } from 'vitest'
import { chooseKey } from '../src/choose-key.ts'
import type { OperatorKey } from '../src/operator-config.ts'

const key = (id: string, scope: 'read' | 'trade', label?: string): OperatorKey => ({
  id,
  scope,
  label,
  secret: new Secret(id),
})
const KEYS = [
  key('rfk_a', 'read', 'desk'),
  key('rfk_b', 'trade', 'desk'),
  key('rfk_c', 'trade'),
  key('rfk_d', 'read', 'rfk_b'),
]

test.each([
  ['the first that reads', undefined, 'GET', '/v1/account', 'rfk_a'],
  ['the first that trades', undefined, 'POST', '/v1/orders', 'rfk_b'],
  ['for a session, the first that trades', undefined, 'GET', '/v1/sessions/current', 'rfk_b'],
  ['by id, whatever it can do', 'rfk_c', 'GET', '/v1/account', 'rfk_c'],
  ['by id before label', 'rfk_b', 'GET', '/v1/account', 'rfk_b'],
  ['of one label, the one that reads', 'desk', 'GET', '/v1/account', 'rfk_a'],
  ['of one label, the one that trades', 'desk', 'DELETE', '/v1/orders/1', 'rfk_b'],
])('%s', (_, wanted, method, path, id) => {
  expect(chooseKey(KEYS, wanted, { method, path }).id).toBe(id)
})

test('no key that fits is an error without a secret', () => {
  const reader = [key('rfk_a', 'read')]
  expect(() => chooseKey(reader, undefined, { method: 'POST', path: '/v1/orders' })).toThrow(
    /no trade key; it has rfk_a/,
  )
  expect(() => chooseKey(reader, 'desk', { method: 'GET', path: '/' })).toThrow(/no key with that id or label/)
})
