import { expect, test } from 'vitest'
import { guards, type Principal } from '@ringfence/guard'
import { bearerAuth, requireTokenScopes, type TokenValidator, type Verdict } from '../src/index.ts'
import { mcpAuthInfo } from '../src/mcp.ts'

declare const validator: TokenValidator
declare const verdict: Verdict
declare const forged: { id: string; clientId: string; scopes: string[]; kind: 'bearer' }

const resource = 'https://tools.example/mcp'

test('mistakes do not compile', () => {
  expect(neverRun).toBeTypeOf('function')
})

/** Only for the compiler. */
function neverRun(): void {
  const auth = bearerAuth({ validator, resource })
  guards().use(auth).use(requireTokenScopes(resource, 'tools:read'))
  // @ts-expect-error a scope check before authentication
  guards().use(requireTokenScopes(resource, 'tools:read')).use(auth)
  // @ts-expect-error authenticating twice
  guards().use(auth).use(auth)
  // @ts-expect-error no scope at all
  requireTokenScopes(resource)
  // @ts-expect-error the principal is not there before the verdict has been looked at
  const unchecked: Principal = verdict.principal
  // @ts-expect-error a look-alike is no principal
  const lookalike: Principal = forged
  // @ts-expect-error there is no raw token
  if (verdict.ok) void verdict.token.raw
  // @ts-expect-error nor is there one for a tool
  mcpAuthInfo({ principal: forged, token: 'raw' }, resource)
  void [unchecked, lookalike]
}
