import { RingfenceError } from '@ringfence/errors'
import type { Guard } from './guard.ts'
import { allow, deny } from './outcome.ts'
import { Principal } from './principal.ts'

/**
 * Lets only callers through whose credentials grant every one of the scopes. It needs an earlier guard that
 * authenticates, and accepts nothing but a genuine {@link Principal}.
 */
export function requireScopes(
  ...scopes: readonly [string, ...string[]]
): Guard<{ principal: Principal }, {}, 'insufficient_scope'> {
  if (scopes.length === 0 || scopes.some((scope) => typeof scope !== 'string' || scope === '')) {
    throw new RingfenceError('option_invalid', 'requireScopes takes at least one scope')
  }
  return {
    name: `requireScopes(${scopes.join(', ')})`,
    denies: ['insufficient_scope'],
    needs: ['principal'],
    adds: [],
    check: (_request, { principal }) => {
      if (!Principal.is(principal)) throw new RingfenceError('guard_misused', 'the principal was not issued by a guard')
      const missing = scopes.filter((scope) => !principal.has(scope))
      if (missing.length === 0) return allow()
      // All scopes of the operation at once (RFC 6750 section 3), so that the caller asks only one more time.
      return deny('insufficient_scope', { members: { scopes }, internal: { missing } })
    },
  }
}
