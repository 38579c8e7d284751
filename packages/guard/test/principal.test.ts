import { expect, test } from 'vitest'
import { issuePrincipal } from '../src/authenticator.ts'
import { Principal } from '../src/index.ts'

const claims = { kind: 'api-key', id: 'k', clientId: 'k', scopes: ['read'] } as const

test('an issued principal is one, and frozen', () => {
  const principal = issuePrincipal(claims)
  expect(Principal.is(principal)).toBe(true)
  expect(principal.has('read')).toBe(true)
  expect(principal.has('trade')).toBe(false)
  expect(() => Object.assign(principal, { id: 'other' })).toThrowError(TypeError)
  expect(() => (principal.scopes as string[]).push('trade')).toThrowError(TypeError)
})

test('nothing else is: not a look-alike, a clone, a proxy, a subclass or a direct call', () => {
  const genuine = issuePrincipal(claims)
  const Forger = Principal as unknown as new (...args: unknown[]) => Principal
  expect(() => new Forger(claims)).toThrowError(/issued by an authenticating guard/)
  expect(() => new (class extends Forger {})(claims, Symbol('issuer'))).toThrowError(/issued by/)
  const fakes = [
    Object.assign({}, genuine),
    structuredClone({ ...claims }),
    Object.create(Principal.prototype),
    new Proxy(genuine, {}),
    null,
    'k',
  ]
  expect(fakes.map((fake) => Principal.is(fake))).toEqual(fakes.map(() => false))
})
