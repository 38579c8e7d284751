/**
 * Lower-cases the scheme and the host of a URI and nothing else (RFC 3986 section 6.2.2.1): they name the same resource
 * in any case, while a path or a trailing slash does not. A text that is not such a URI comes back unchanged.
 */
export function canonicalUri(text: string): string {
  const authority = AUTHORITY.exec(text)?.[0]
  return authority === undefined ? text : authority.toLowerCase() + text.slice(authority.length)
}

/** No `@`: user information is case-sensitive, and has no place in the name of a resource. */
const AUTHORITY = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[A-Za-z0-9.:[\]-]*(?=[/?]|$)/
