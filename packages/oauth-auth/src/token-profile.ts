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

/** RFC 9068 section 2. */
export const RFC9068_PROFILE: TokenProfile = Object.freeze({
  types: Object.freeze(['at+jwt']),
  clientId: 'client_id',
  scope: 'scope',
  scopeForm: 'text',
  tokenId: 'jti',
})
