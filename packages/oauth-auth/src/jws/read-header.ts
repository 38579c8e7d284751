import { decodeBase64url } from './base64url.ts'
import { parseJsonObject } from './strict-json.ts'

/** What a protected header says that matters here. */
export interface JwsHeader {
  readonly alg: string
  readonly kid: string | undefined
  readonly typ: string | undefined
}

/**
 * Reads the protected header of a compact JWS, or answers undefined when it has not one meaning, or something in it would
 * change how the rest is read (`crit`, `b64`) or bring its own key (`jwk`, `jku`, `x5c`, `x5u`).
 *
 * An issuer writes the same header on token after token, so the last few are remembered.
 */
export function readHeader(segment: string): JwsHeader | undefined {
  if (segment.length > MAX_HEADER_LENGTH) return undefined
  const known = REMEMBERED.get(segment)
  if (known !== undefined) return known
  const header = parseHeader(segment)
  if (header === undefined) return undefined
  if (REMEMBERED.size >= MAX_REMEMBERED) REMEMBERED.clear()
  // A copy: V8 keeps the text of which a segment was cut alive, and that is the whole token.
  REMEMBERED.set(Buffer.from(segment, 'latin1').toString('latin1'), header)
  return header
}

function parseHeader(segment: string): JwsHeader | undefined {
  const bytes = decodeBase64url(segment)
  const header = bytes && parseJsonObject(bytes)
  if (header === undefined || REFUSED_PARAMETERS.some((name) => Object.hasOwn(header, name))) return undefined
  const { alg, kid, typ } = header
  if (typeof alg !== 'string' || !isOptionalString(kid) || !isOptionalString(typ)) return undefined
  return Object.freeze({ alg, kid, typ })
}

function isOptionalString(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}

/** RFC 7515 section 4.1: extensions and key material that a resource server never takes from the token itself. */
const REFUSED_PARAMETERS: readonly string[] = ['crit', 'b64', 'jwk', 'jku', 'x5c', 'x5u']

const MAX_HEADER_LENGTH = 2_048

/** What a header means depends on its text alone, so it does not matter whose tokens these were. */
const REMEMBERED = new Map<string, JwsHeader>()
const MAX_REMEMBERED = 64
