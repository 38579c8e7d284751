/**
 * Reads the `scope` claim (RFC 6749 section 3.3): scope tokens between single spaces, at most {@link MAX_SCOPES}.
 * Undefined when it is anything else.
 */
export function parseScope(value: unknown): readonly string[] | undefined {
  return typeof value === 'string' ? parseScopeList(value === '' ? [] : value.split(' ', MAX_SCOPES + 1)) : undefined
}

/** The same for issuers that send a list. */
export function parseScopeList(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_SCOPES) return undefined
  const scopes: unknown[] = value
  return scopes.every(isScopeToken) ? Object.freeze([...new Set(scopes)]) : undefined
}

/** RFC 6749 appendix A.4: printable ASCII but space, quote and backslash. */
export function isScopeToken(text: unknown): text is string {
  return typeof text === 'string' && SCOPE_TOKEN.test(text)
}

const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/

const MAX_SCOPES = 128
