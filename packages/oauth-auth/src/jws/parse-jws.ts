import { decodeBase64url } from './base64url.ts'
import { type JwsHeader, readHeader } from './read-header.ts'

/** A compact JWS taken apart, nothing verified yet. */
export interface Jws extends JwsHeader {
  /** The ASCII bytes that the signature covers. */
  readonly signingInput: Buffer
  readonly payload: Buffer
  readonly signature: Buffer
}

/**
 * Takes a compact JWS (RFC 7515 section 7.1) apart, or answers undefined when it is not exactly that: three canonical
 * base64url segments within their size limits, and a header that {@link readHeader} reads.
 */
export function parseJws(token: string): Jws | undefined {
  if (token.length > MAX_TOKEN_LENGTH) return undefined
  const first = token.indexOf('.')
  const last = token.indexOf('.', first + 1)
  if (first < 1 || last < 0 || token.includes('.', last + 1)) return undefined
  if (token.length - last - 1 > MAX_SIGNATURE_LENGTH) return undefined

  const header = readHeader(token.slice(0, first))
  const payload = decodeBase64url(token.slice(first + 1, last))
  const signature = decodeBase64url(token.slice(last + 1))
  if (header === undefined || payload === undefined || signature === undefined) return undefined
  const { alg, kid, typ } = header
  return { alg, kid, typ, signingInput: Buffer.from(token.slice(0, last), 'latin1'), payload, signature }
}

/** Characters of a whole token; node:http allows 16 KiB for all header fields together. */
export const MAX_TOKEN_LENGTH = 8_192

/** An RSA signature of 8,192 bits, the longest accepted, is 1,366 characters. */
const MAX_SIGNATURE_LENGTH = 1_366
