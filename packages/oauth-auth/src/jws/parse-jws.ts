import { decodeBase64url } from './base64url.ts'
import { parseJsonObject } from './strict-json.ts'

/** A compact JWS taken apart, nothing verified yet. */
export interface Jws {
  readonly alg: string
  readonly kid: string | undefined
  readonly typ: string | undefined
  /** The ASCII bytes that the signature covers. */
  readonly signingInput: Buffer
  readonly payload: Buffer
  readonly signature: Buffer
}

/**
 * Takes a compact JWS (RFC 7515 section 7.1) apart, or answers undefined when it is not exactly that: three canonical
 * base64url segments within their size limits, a header with one meaning, and nothing in it that would change how the
 * rest is read (`crit`, `b64`) or bring its own key (`jwk`, `jku`, `x5c`, `x5u`).
 */
export function parseJws(token: string): Jws | undefined {
  if (token.length > MAX_TOKEN_LENGTH) return undefined
  const first = token.indexOf('.')
  const last = token.indexOf('.', first + 1)
  if (first < 1 || last < 0 || token.includes('.', last + 1)) return undefined
  if (first > MAX_HEADER_LENGTH || token.length - last - 1 > MAX_SIGNATURE_LENGTH) return undefined

  const protectedHeader = decodeBase64url(token.slice(0, first))
  const payload = decodeBase64url(token.slice(first + 1, last))
  const signature = decodeBase64url(token.slice(last + 1))
  if (protectedHeader === undefined || payload === undefined || signature === undefined) return undefined

  const header = parseJsonObject(protectedHeader)
  if (header === undefined || REFUSED_PARAMETERS.some((name) => Object.hasOwn(header, name))) return undefined
  const { alg, kid, typ } = header
  if (typeof alg !== 'string' || !isOptionalString(kid) || !isOptionalString(typ)) return undefined
  return { alg, kid, typ, signingInput: Buffer.from(token.slice(0, last), 'latin1'), payload, signature }
}

function isOptionalString(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}

/** RFC 7515 section 4.1: extensions and key material that a resource server never takes from the token itself. */
const REFUSED_PARAMETERS: readonly string[] = ['crit', 'b64', 'jwk', 'jku', 'x5c', 'x5u']

/** Characters of a whole token; node:http allows 16 KiB for all header fields together. */
export const MAX_TOKEN_LENGTH = 8_192

const MAX_HEADER_LENGTH = 2_048

/** An RSA signature of 8,192 bits, the longest accepted, is 1,366 characters. */
const MAX_SIGNATURE_LENGTH = 1_366
