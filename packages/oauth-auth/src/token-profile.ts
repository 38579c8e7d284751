/**
 * How an issuer writes down an access token. RFC 9068 says how it ought to be; for an issuer that does otherwise, what
 * it does is configured, never guessed. Issuer, subject, audience, `iat` and `exp` are the same for all.
 */
export interface TokenProfile {
  /**
   * The `typ` headers accepted, in lower case and without `application/`; null for a token without one. Whoever adds
   * `jwt` or null can tell an access token from an ID token by its audience alone.
   */
  readonly types: readonly (string | null)[]
  /** The claim that names the client. */
  readonly clientId: string
  /** The claim with the scopes. */
  readonly scope: string
  /** One text of scopes between spaces, or a list of texts. */
  readonly scopeForm: 'text' | 'list'
  /** The claim that names the token, or null where there is none. */
  readonly tokenId: string | null
}

/**
 * What known issuers write, by their documentation of 2026. None is chosen by looking at a token: whoever configures the
 * issuer says which it is.
 *
 * @example
 * ```ts
 * createTokenValidator({ issuer, audience, fetch, fingerprintKey, profile: TOKEN_PROFILES.entra })
 * ```
 */
export const TOKEN_PROFILES: Readonly<Record<'rfc9068' | 'auth0' | 'entra' | 'keycloak' | 'okta', TokenProfile>> = {
  /** RFC 9068 section 2; the default, and what Auth0 writes once its RFC 9068 profile is chosen. */
  rfc9068: profile({ types: ['at+jwt'], clientId: 'client_id', tokenId: 'jti' }),
  /** Auth0 with its own profile. */
  auth0: profile({ types: ['jwt'], clientId: 'azp', tokenId: null }),
  /** Microsoft Entra ID, tokens of version 2.0. */
  entra: profile({ types: ['jwt'], clientId: 'azp', scope: 'scp', tokenId: 'uti' }),
  /** Keycloak, with an audience mapper for the resource. */
  keycloak: profile({ types: ['jwt'], clientId: 'azp', tokenId: 'jti' }),
  /** An Okta custom authorization server. */
  okta: profile({ types: [null], clientId: 'cid', scope: 'scp', scopeForm: 'list', tokenId: 'jti' }),
}

function profile(own: Pick<TokenProfile, 'types' | 'clientId' | 'tokenId'> & Partial<TokenProfile>): TokenProfile {
  return Object.freeze({ scope: 'scope', scopeForm: 'text', ...own, types: Object.freeze([...own.types]) })
}
