import { keyKind } from './key-kind.ts'
import { REDACTED } from './marks.ts'

/**
 * True when a finished JSON line may contain something that {@link redactPatterns} replaces. It may only be wrong by
 * saying yes. Rare characters are looked for first, at the speed of memchr: most lines need nothing else.
 */
export function needsPatterns(line: string): boolean {
  return (
    line.includes('yJ') || // eyJ, the base64url of `{"`
    line.includes('fs_') || // rfs_
    line.includes('PRIVATE KEY') ||
    (line.includes('\\"') && /\\"(?:\s|\\[nrt])*:/.test(line)) || // a name in JSON inside a JSON text
    (line.includes('@') && /:\/\/[^\s/?#"@]*@/.test(line)) ||
    (line.includes('=') && /(?:password|passwd|secret|token|api_?key|assertion)=/i.test(line)) ||
    /(?:bearer|basic|dpop)[ \\]|(?:authorization|cookie|api-key):/i.test(line)
  )
}

/**
 * Replaces what is a secret by its own form, whatever field or sentence it stands in: private keys in PEM, JWTs,
 * Ringfence key secrets, HTTP credentials, credentials in URLs and in `name=value` or `"name":"value"` pairs.
 */
export function redactPatterns(text: string): string {
  let result = text
  for (const [pattern, replacement] of PATTERNS) result = result.replace(pattern, replacement)
  return result
    .replace(HTTP_CREDENTIALS, (all, scheme: string, value: string) => (isRandom(value) ? scheme + REDACTED : all))
    .replace(JSON_PAIR, redactPair)
    .replace(ESCAPED_JSON_PAIR, redactPair)
}

// None of these can go back over more than one run of characters: each is linear in the length of the text.
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // RFC 7468. To the end of the text when the end mark was cut off.
  [
    /-----BEGIN [A-Z\d ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^]*?(?:-----END [A-Z\d ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
    REDACTED,
  ],
  // RFC 7519 section 3 (signed: three parts) and RFC 7516 section 3.1 (encrypted: five).
  [/(?<![\w-])eyJ[\w-]{5,}\.[\w-]*\.[\w-]*(?:\.[\w-]*\.[\w-]*)?/g, REDACTED],
  // The secret half of a key of @ringfence/hmac-auth.
  [/(?<![A-Za-z\d])rfs_[\w-]{8,}/g, REDACTED],
  // A line of raw header text.
  [/(^|[\r\n])((?:proxy-)?authorization|(?:set-)?cookie|x-api-key)(:[ \t]*)[^\r\n]+/gi, `$1$2$3${REDACTED}`],
  // RFC 3986 section 3.2.1.
  [/([a-z][a-z\d+.-]{1,20}:\/\/)(?:[^\s/?#@:"']*:[^\s/?#"']+|[\w-]{16,})@/gi, `$1${REDACTED}@`],
  // Queries, form bodies and text.
  [
    /(?<![a-z])((?:password|passwd|(?:client_)?secret|(?:(?:access|refresh|id|auth)_)?token|(?:x_)?api_?key|client_assertion)=)[^\s&"',;)\\]{6,}/gi,
    `$1${REDACTED}`,
  ],
]

/** RFC 9110 section 11.4. */
const HTTP_CREDENTIALS = /\b((?:bearer|basic|dpop)[ \t\r\n]+)([\w.~+/-]{8,}=*)/gi

/** Tells credentials from prose such as "basic authentication". */
function isRandom(value: string): boolean {
  return /\d|[a-z][A-Z]|=/.test(value) || value.length >= 24
}

/** A member of JSON inside a text. An unfinished value is a value too. */
const JSON_PAIR = /("([A-Za-z][\w.-]{0,63})"\s*:\s*")(?:[^"\\]|\\.)*("|$)/gs

/** The same, escaped once more. */
const ESCAPED_JSON_PAIR = /(\\"([A-Za-z][\w.-]{0,63})\\"\s*:\s*\\")(?:[^"\\]|\\\\\\"|\\[^"])*(\\"|$)/gs

function redactPair(pair: string, beginning: string, name: string, ending: string): string {
  const kind = keyKind(name)
  return kind === 'secret' || kind === 'count' ? beginning + REDACTED + ending : pair
}
