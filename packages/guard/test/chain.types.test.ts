import { expectTypeOf, test } from 'vitest'
import { allow, deny, guards, Principal, type Guard } from '../src/index.ts'

const auth: Guard<{}, { principal: Principal }> = {
  name: 'auth',
  denies: ['credentials_missing'],
  check: () => deny('credentials_missing'),
}
const scope: Guard<{ principal: Principal }, {}> = {
  name: 'scope',
  denies: ['insufficient_scope'],
  check: () => allow(),
}

test('what must not compile', () => {
  // @ts-expect-error wrong order: the message names what is missing
  guards().use(scope).use(auth)
  // @ts-expect-error the key is there already
  guards().use(auth).use(auth)
  // @ts-expect-error only a guard can issue a principal
  const forged = (): Principal => new Principal({ kind: 'api-key', id: 'x', clientId: 'x', scopes: [] })
  // @ts-expect-error a look-alike is not one
  const fake: Principal = {
    kind: 'api-key',
    id: 'x',
    clientId: 'x',
    scopes: [],
    fingerprint: '',
    expiresAt: 1,
    has: () => true,
  }
  // @ts-expect-error a guard that needs more is not a guard that needs less
  const wider: Guard<{}, {}> = scope
  expectTypeOf(forged).toBeFunction()
  expectTypeOf(fake).not.toBeAny()
  expectTypeOf(wider).not.toBeAny()
})
