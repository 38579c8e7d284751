import { allow, deny, type Deny, type Guard, type Outcome, type Principal } from '@ringfence/guard'
import type { Sessions } from './create-sessions.ts'
import type { SessionTimes } from './session-store.ts'

/** A live session of the caller. */
export interface LiveSession extends SessionTimes {
  readonly sessionId: string
}

/**
 * Lets only callers through who name a live session of their own key in `x-session-id`. Put it behind `hmacAuth`, which
 * sees to it that the field is signed.
 *
 * @example
 * ```ts
 * guards().use(hmacAuth({ ... })).use(requireScopes('trade')).use(requireSession(sessions))
 * ```
 */
export function requireSession(
  sessions: Sessions,
): Guard<{ principal: Principal }, { session: LiveSession }, 'session_invalid' | 'dependency_unavailable'> {
  return {
    name: 'requireSession',
    denies: ['session_invalid', 'dependency_unavailable'],
    needs: ['principal'],
    adds: ['session'],
    check: (request, { principal }) => {
      const ids = request.header('x-session-id')
      const sessionId = ids[0]
      if (sessionId === undefined || ids.length > 1) return NOT_ONE
      const conclude = (times: SessionTimes | undefined): Outcome<{ session: LiveSession }, 'session_invalid'> =>
        times === undefined ? NOT_LIVE : allow({ session: { sessionId, ...times } })
      const times = sessions.check(sessionId, principal, request.peer.entry, { request })
      return times instanceof Promise ? times.then(conclude, unavailable) : conclude(times)
    },
  }
}

function unavailable(): Deny<'dependency_unavailable'> {
  return deny('dependency_unavailable', {
    internal: { reason: 'session_store_failed' },
    headers: [['retry-after', '1']],
  })
}

function refusal(reason: string): Deny<'session_invalid'> {
  // RFC 9110 section 11.6.1 wants a challenge on every 401.
  return deny('session_invalid', {
    internal: { reason },
    headers: [['www-authenticate', 'Signature error="session_invalid"']],
  })
}

const NOT_ONE = refusal('session_id_missing')
const NOT_LIVE = refusal('session_not_live')
