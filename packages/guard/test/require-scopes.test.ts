import { expect, test } from 'vitest'
import { issuePrincipal } from '../src/authenticator.ts'
import { guards, Principal, requireScopes, allow, type Guard } from '../src/index.ts'
import { requestOf } from './requests.ts'

function as(principal: Principal): Guard<{}, { principal: Principal }> {
  return { name: 'as', denies: [], adds: ['principal'], check: () => allow({ principal }) }
}

const reader = issuePrincipal({ kind: 'api-key', id: 'k', clientId: 'k', scopes: ['read'] })

test('asks for every scope at once', () => {
  expect(guards().use(as(reader)).use(requireScopes('read')).run(requestOf())).toMatchObject({ ok: true })
  expect(guards().use(as(reader)).use(requireScopes('read', 'trade')).run(requestOf())).toMatchObject({
    code: 'insufficient_scope',
    members: { scopes: ['read', 'trade'] },
    internal: { missing: ['trade'] },
  })
})

test('a forged principal is refused at run time', () => {
  const forged = { scopes: ['trade'], has: () => true } as unknown as Principal
  expect(guards().use(as(forged)).use(requireScopes('trade')).run(requestOf())).toMatchObject({ code: 'guard_failed' })
})

test('an empty list is a mistake, not a pass', () => {
  expect(() => requireScopes(...([] as unknown as [string]))).toThrowError(/at least one scope/)
})
