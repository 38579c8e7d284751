/**
 * Is this text a JWT rather than an opaque token? Three segments, of which the first is base64url of something that
 * begins like a JSON object. A JWT that is not accepted does not get another chance as an opaque token.
 */
export function isJwt(token: string): boolean {
  if (!token.startsWith('ey') && !token.startsWith('ew')) return false
  const first = token.indexOf('.')
  const last = token.lastIndexOf('.')
  return first !== last && token.indexOf('.', first + 1) === last
}
