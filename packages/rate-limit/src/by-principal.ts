import { RingfenceError } from '@ringfence/errors'
import { Principal, type GuardRequest } from '@ringfence/guard'

/**
 * Counts per endpoint and authenticated caller. Put the guard after the one that authenticates: counting by an id that
 * nobody has proved lets anyone use up somebody else's quota.
 */
export function byPrincipal(request: GuardRequest, context: { readonly principal: Principal }): readonly string[] {
  const { principal } = context
  if (!Principal.is(principal)) throw new RingfenceError('guard_misused', 'the principal was not issued by a guard')
  return [request.route, principal.kind, principal.id, principal.clientId]
}
