/**
 * Is this text a JWT rather than an opaque token? Three segments, of which the first is base64url of something that
 * begins like a JSON object. A JWT that is not accepted does not get another chance as an opaque token.
 */
export function isJwt(token: string): boolean {
  return signedLength(token) !== undefined
}

/** How many characters of a JWT are signed: all before the second dot. Undefined for what is no JWT. */
export function signedLength(token: string): number | undefined {
  if (!token.startsWith('ey') && !token.startsWith('ew')) return undefined
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  return first < 0 || second < 0 || token.includes('.', second + 1) ? undefined : second
}
