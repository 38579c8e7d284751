import { isExactNumber } from './exact-number.ts'
import type { JsonLimits } from './json-limits.ts'

/** What {@link scanJson} found. */
export interface JsonScan {
  /** Names (object keys) in the document. */
  readonly names: number
  /** No number is rounded on its way into a double. */
  readonly exact: boolean
}

/**
 * Looks once at every byte. Refuses what `JSON.parse` must not see, a backslash in a name, and what is not worth its time, and
 * tells what `JSON.parse` would hide: names that occur twice, and numbers that it rounds.
 *
 * It does not judge syntax: on a malformed text a scan means nothing and `JSON.parse` refuses.
 */
export function scanJson(
  bytes: Uint8Array,
  limits: Pick<Required<JsonLimits>, 'depth' | 'elements'>,
): JsonScan | 'key_escaped' | 'too_deep' | 'too_many_elements' {
  const end = bytes.length
  const { depth: mostDepth, elements: mostElements } = limits
  let exact = true
  let names = 0
  let commas = 0
  let depth = 0
  let escaped = false
  let i = 0
  while (i < end) {
    const byte = bytes[i++]!
    if (byte === QUOTE) {
      escaped = false
      while (i < end) {
        const inner = bytes[i++]!
        if (inner === QUOTE) break
        if (inner === BACKSLASH) {
          escaped = true
          i++
        }
      }
    } else if (byte === COLON) {
      // Outside a string a colon only ever follows a name (RFC 8259 section 4).
      if (escaped) return 'key_escaped'
      names++
    } else if (byte === COMMA) {
      // One value stands on each side.
      if (++commas === mostElements) return 'too_many_elements'
    } else if ((byte | CASE) === OPEN) {
      if (++depth > mostDepth) return 'too_deep'
    } else if ((byte | CASE) === CLOSE) {
      depth--
    } else if (byte === MINUS || (byte >= DIGIT_0 && byte <= DIGIT_9)) {
      const start = i - 1
      let exponent = false
      while (i < end && NUMBER[bytes[i]!] !== 0) {
        if (NUMBER[bytes[i++]!] === EXPONENT) exponent = true
      }
      // Up to 15 significant digits survive the way into a double and back (DBL_DIG of IEEE 754 binary64).
      if (exact && (exponent || i - start > 15)) exact = isExact(bytes, start, i)
    }
  }
  return { names, exact }
}

function isExact(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > MOST_CHARACTERS) return false
  let text = ''
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!)
  return isExactNumber(text)
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const COMMA = 0x2c
// A brace and a bracket differ in one bit.
const CASE = 0x20
const OPEN = 0x7b
const CLOSE = 0x7d
const MINUS = 0x2d
const DIGIT_0 = 0x30
const DIGIT_9 = 0x39

const EXPONENT = 2

/** Bytes that can continue a number: 1, and 2 for `e` and `E`. */
const NUMBER: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte)
  return character === 'e' || character === 'E' ? EXPONENT : /[0-9+.-]/.test(character) ? 1 : 0
})

/** The longest exact decimal of a double has 767 significant digits; the smallest one starts after 323 zeros. */
const MOST_CHARACTERS = 1_100
