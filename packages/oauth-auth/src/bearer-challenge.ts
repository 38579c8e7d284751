import { RingfenceError } from '@ringfence/errors'
import { isScopeToken } from './parse-scope.ts'

/** The errors of RFC 6750 section 3.1. */
export type BearerError = 'invalid_request' | 'invalid_token' | 'insufficient_scope'

/** What a `WWW-Authenticate` field tells a client. */
export interface BearerChallenge {
  /** Left out when the request had no credentials at all (RFC 6750 section 3.1). */
  readonly error?: BearerError
  /** Every scope the operation needs, not only the missing ones. */
  readonly scopes?: readonly string[]
  /** Where the protected resource metadata is (RFC 9728 section 5.1). */
  readonly resourceMetadata: string
}

/**
 * Writes the value of a `WWW-Authenticate` field (RFC 6750 section 3, MCP authorization). Nothing in it comes from the
 * request.
 *
 * @throws RingfenceError `option_invalid` for a scope that is no scope token, or for `offline_access`: what a client
 *   may keep is between it and the authorization server
 */
export function bearerChallenge({ error, scopes = [], resourceMetadata }: BearerChallenge): string {
  if (!scopes.every((scope) => isScopeToken(scope) && scope !== 'offline_access')) {
    throw new RingfenceError('option_invalid', 'bearerChallenge: scopes are scope tokens, and never offline_access')
  }
  if (!URL.canParse(resourceMetadata) || new URL(resourceMetadata).href !== resourceMetadata) {
    throw new RingfenceError('option_invalid', 'bearerChallenge: resourceMetadata must be a URL in canonical form')
  }
  const parameters = [
    ...(error === undefined ? [] : [`error="${error}"`, `error_description="${DESCRIPTIONS[error]}"`]),
    ...(scopes.length === 0 ? [] : [`scope="${scopes.join(' ')}"`]),
    `resource_metadata="${resourceMetadata}"`,
  ]
  return `Bearer ${parameters.join(', ')}`
}

const DESCRIPTIONS: Readonly<Record<BearerError, string>> = {
  invalid_request: 'The authorization of the request is malformed',
  invalid_token: 'The access token is invalid or expired',
  insufficient_scope: 'The access token lacks a scope of this operation',
}
