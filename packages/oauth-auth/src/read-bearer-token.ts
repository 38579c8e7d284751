import type { GuardRequest } from '@ringfence/guard'
import { MAX_TOKEN_LENGTH } from './jws/parse-jws.ts'

/**
 * Reads the bearer token of a request: undefined when it carries none, `'malformed'` when it carries something that
 * is not exactly one well-formed token in one `Authorization` field (RFC 6750 section 2.1, RFC 9110 section 11.4).
 */
export function readBearerToken(request: GuardRequest): { readonly text: string } | 'malformed' | undefined {
  // RFC 6750 section 5.3 and MCP: a token in a URL ends up in logs. One that came this way is not used, and told so.
  if (TOKEN_IN_QUERY.test(request.target)) return 'malformed'
  const fields = request.header('authorization')
  const field = fields[0]
  if (field === undefined) return undefined
  if (!fields.some((value) => SCHEME.test(value))) return undefined
  if (fields.length > 1 || field.length > MAX_TOKEN_LENGTH + PREFIX_LENGTH) return 'malformed'
  const text = field.slice(PREFIX_LENGTH)
  return field[PREFIX_LENGTH - 1] === ' ' && B64TOKEN.test(text) ? { text } : 'malformed'
}

/** The scheme alone, in any case: `Bearerish` is another scheme, `Bearer,` a malformed field. */
const SCHEME = /^bearer(?![!#$%&'*+.^_`|~0-9a-z-])/i

/** RFC 6750 section 2.1. */
const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/

const TOKEN_IN_QUERY = /[?&]access_token(?:=|&|$)/

/** `Bearer` and one space. */
const PREFIX_LENGTH = 7
