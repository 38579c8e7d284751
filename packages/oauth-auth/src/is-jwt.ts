/**
 * Is this text a JWT rather than an opaque token? Three segments, of which the first is base64url of something that
 * begins like a JSON object. A JWT that is not accepted does not get another chance as an opaque token.
 */
export function isJwt(token: string): boolean {
  return JWT.test(token)
}

const JWT = /^e[wy][^.]*\.[^.]*\.[^.]*$/
