/**
 * True for a request target that every router and URL parser reads the same way: origin-form, no dot segment, no empty
 * or trailing segment, nothing percent-encoded that need not be, upper-case hex, valid UTF-8, no fragment.
 *
 * Frameworks disagree about the rest: some decode `%6F`, some collapse `/./`, some rewrite `'` in a query.
 * RFC 3986 section 6.2.2 (normalisation), WHATWG URL (percent-encode sets).
 */
export function isCanonicalTarget(target: string): boolean {
  if (target.length > MAX_TARGET || !CANONICAL.test(target)) return false
  return !target.includes('%') || isUtf8(target)
}

function isUtf8(encoded: string): boolean {
  try {
    decodeURIComponent(encoded)
    return true
  } catch {
    return false
  }
}

// RFC 9110 section 4.1 recommends to support at least 8000 octets.
const MAX_TARGET = 8_000

// Percent-encoded octets that are canonical: not unreserved (RFC 3986 section 2.3), not NUL ...
const UNRESERVED_OCTET = '2[DE]|3[0-9]|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE]'
const QUERY_OCTET = `%(?!00|${UNRESERVED_OCTET})[0-9A-F]{2}`
// ... and in a path no control, slash or backslash either, which some routers decode before they split.
const PATH_OCTET = `%(?![01][0-9A-F]|7F|2F|5C|${UNRESERVED_OCTET})[0-9A-F]{2}`
const SEGMENT = `(?!\\.{1,2}(?:[/?]|$))(?:[A-Za-z0-9\\-._~!$&'()*+,;=:@]|${PATH_OCTET})+`
// A query without the apostrophe: WHATWG parsers rewrite it to %27.
const QUERY = `(?:[A-Za-z0-9\\-._~!$&()*+,;=:@/?]|${QUERY_OCTET})+`
const CANONICAL = new RegExp(`^/(?:${SEGMENT}(?:/${SEGMENT})*)?(?:\\?${QUERY})?$`)
