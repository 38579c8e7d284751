/**
 * Reads a query string as `name=value` pairs, or refuses it: a repeated or nameless parameter, a name with anything but
 * letters, digits, `_`, `.`, `-`, a value that is not percent-encoded UTF-8, and a raw `+`, which is a space to some
 * readers and a plus to others. More than 32 parameters are refused.
 *
 * @param query what follows the `?`
 */
export function parseQuery(query: string): Readonly<Record<string, string>> | undefined {
  const found: Record<string, string> = {}
  if (query === '') return found
  const pairs = query.split('&', MOST_PARAMETERS + 1)
  if (pairs.length > MOST_PARAMETERS) return undefined
  for (const pair of pairs) {
    const equals = pair.indexOf('=')
    const name = pair.slice(0, equals)
    if (equals < 1 || !NAME.test(name) || Object.hasOwn(found, name)) return undefined
    const value = decodeComponent(pair.slice(equals + 1))
    if (value === undefined || pair.includes('+')) return undefined
    found[name] = value
  }
  return found
}

/** Percent-decodes (RFC 3986 section 2.1) strictly: undefined for an invalid escape or invalid UTF-8. */
export function decodeComponent(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** A leading letter keeps `__proto__` out. */
const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/
const MOST_PARAMETERS = 32
