import { RingfenceError } from '@ringfence/errors'
import { allow, deny, Principal, type Deny, type Guard } from '@ringfence/guard'
import { bearerChallenge } from './bearer-challenge.ts'
import { resourceMetadataUrl } from './protected-resource-metadata.ts'

/**
 * Requires every one of the scopes, and otherwise tells the client all of them in one challenge (RFC 6750 section 3.1,
 * MCP authorization), so that it can ask for everything the operation needs at once.
 *
 * @example
 * ```ts
 * guards().use(bearerAuth({ validator, resource })).use(requireTokenScopes(resource, 'tools:read'))
 * ```
 */
export function requireTokenScopes(
  resource: string,
  ...scopes: readonly [string, ...string[]]
): Guard<{ principal: Principal }, {}, 'insufficient_scope'> {
  const denied = insufficientScope(resource, scopes)
  return {
    name: `requireTokenScopes(${scopes.join(', ')})`,
    denies: ['insufficient_scope'],
    needs: ['principal'],
    adds: [],
    check: (_request, { principal }) => {
      if (!Principal.is(principal)) throw new RingfenceError('guard_misused', 'the principal was not issued by a guard')
      return scopes.every((scope) => principal.has(scope)) ? allow() : denied
    },
  }
}

/** The same denial for a handler that learns only from the body which operation is meant, as with MCP tools. */
export function insufficientScope(resource: string, scopes: readonly string[]): Deny<'insufficient_scope'> {
  const resourceMetadata = resourceMetadataUrl(resource)
  const challenge = bearerChallenge({ error: 'insufficient_scope', scopes, resourceMetadata })
  return deny('insufficient_scope', { headers: [['www-authenticate', challenge]], members: { scopes } })
}
