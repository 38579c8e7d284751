import { allow, deny, type Deny, type Guard, type GuardRequest, type Outcome, type Principal } from '@ringfence/guard'
import { bearerChallenge, type BearerError } from './bearer-challenge.ts'
import type { TokenValidator } from './token-validator.ts'
import { readBearerToken } from './read-bearer-token.ts'
import { resourceMetadataUrl } from './protected-resource-metadata.ts'
import type { TokenInfo, Verdict } from './verdict.ts'

/** What {@link bearerAuth} needs. */
export interface BearerAuthOptions {
  readonly validator: TokenValidator
  /** The resource identifier; challenges point to its metadata. Never taken from the request. */
  readonly resource: string
  /** Scopes to name in 401 challenges, so that a client can ask for them at once. */
  readonly scopes?: readonly string[]
}

/** What {@link bearerAuth} proves. */
export interface BearerContext {
  readonly principal: Principal
  /** The token's claims and fingerprint; the token itself stays behind. */
  readonly token: TokenInfo
}

/** The ways {@link bearerAuth} says no. */
export type BearerDenyCode =
  | 'credentials_missing'
  | 'credentials_malformed'
  | 'credentials_invalid'
  | 'dependency_unavailable'

/**
 * Proves that the request carries a good access token in its `Authorization` field (RFC 6750 section 2.1). Without
 * credentials, or with those of another scheme, it answers 401 and a challenge without an error; malformed ones, a
 * repeated field or a token in the query are a 400; a bad token is a 401; a verdict nobody can reach in time is a 503
 * with Retry-After.
 *
 * @example
 * ```ts
 * const chain = guards().use(bearerAuth({ validator, resource: 'https://tools.example/mcp' }))
 * ```
 */
export function bearerAuth(options: BearerAuthOptions): Guard<{}, BearerContext, BearerDenyCode> {
  const { validator, scopes = [] } = options
  const resourceMetadata = resourceMetadataUrl(options.resource)
  const challenge = (error?: BearerError): readonly (readonly [string, string])[] => [
    ['www-authenticate', bearerChallenge({ ...(error && { error }), scopes, resourceMetadata })],
  ]
  const missing: Deny<BearerDenyCode> = deny('credentials_missing', { headers: challenge() })
  const malformed: Deny<BearerDenyCode> = deny('credentials_malformed', { headers: challenge('invalid_request') })
  const invalidToken = challenge('invalid_token')

  const answer = (verdict: Verdict, token: string): Outcome<BearerContext, BearerDenyCode> => {
    if (verdict.ok) return allow({ principal: verdict.principal, token: verdict.token })
    if (verdict.code === 'credentials_invalid') {
      const internal = { reason: verdict.reason, fingerprint: validator.fingerprint(token) }
      return deny(verdict.code, { headers: invalidToken, internal })
    }
    const seconds = Math.max(1, Math.ceil(verdict.retryAfterMs / 1_000))
    return deny(verdict.code, { headers: [['retry-after', String(seconds)]], internal: { reason: verdict.reason } })
  }

  return {
    name: 'bearerAuth',
    denies: ['credentials_missing', 'credentials_malformed', 'credentials_invalid', 'dependency_unavailable'],
    adds: ['principal', 'token'],
    presents: (request: GuardRequest) => readBearerToken(request) !== undefined,
    check: (request: GuardRequest) => {
      const token = readBearerToken(request)
      if (token === undefined) return missing
      if (token === 'malformed') return malformed
      const verdict = validator.validate(token.text)
      if (!(verdict instanceof Promise)) return answer(verdict, token.text)
      return verdict.then((settled) => answer(settled, token.text))
    },
  }
}
