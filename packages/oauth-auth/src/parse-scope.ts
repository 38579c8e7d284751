/**
 * Reads the `scope` claim (RFC 6749 section 3.3): scope tokens between single spaces, each once, at most
 * {@link MAX_SCOPES}. Undefined when it is anything else; an array is another issuer's dialect, not a scope.
 */
export function parseScope(value: unknown): readonly string[] | undefined {
  if (typeof value !== 'string') return undefined
  if (value === '') return NONE
  const scopes = value.split(' ', MAX_SCOPES + 1)
  return scopes.length <= MAX_SCOPES && scopes.every(isScopeToken) ? Object.freeze([...new Set(scopes)]) : undefined
}

/** RFC 6749 appendix A.4: printable ASCII but space, quote and backslash. */
export function isScopeToken(text: string): boolean {
  return SCOPE_TOKEN.test(text)
}

const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/

const NONE: readonly string[] = Object.freeze([])

const MAX_SCOPES = 128
