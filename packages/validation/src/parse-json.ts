import { TextDecoder } from 'node:util'
import { jsonLimits, type JsonLimits } from './json-limits.ts'
import { isPolluted } from './pollution.ts'
import { scanJson } from './scan-json.ts'

/** Why a document was refused. The set is closed; no reason carries a byte of the document. */
export type JsonFault =
  | 'too_large'
  | 'not_utf8'
  | 'not_json'
  | 'key_escaped'
  | 'key_duplicate'
  | 'key_forbidden'
  | 'too_deep'
  | 'too_many_elements'
  | 'string_too_long'
  | 'string_malformed'
  | 'number_inexact'

/** What {@link parseJson} answers. */
export type JsonVerdict =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: JsonFault }

/**
 * The JSON gate: one document has one meaning, or none. It accepts I-JSON (RFC 7493) within stated limits:
 *
 * - UTF-8 without a byte order mark, decoded fatally (RFC 8259 section 8.1, RFC 7493 section 2.1);
 * - no name twice in one object (RFC 7493 section 2.3), none with a backslash, none called `__proto__`;
 * - no number whose value changes in a double (RFC 7493 section 2.2): `9007199254740993` and `1e309` are refused;
 * - no string with half a surrogate pair (RFC 7493 section 2.1);
 * - size, depth, element count and string length within `limits`.
 *
 * Why no backslash in a name: V8 can decode an escaped name differently depending on what it parsed before
 * (nodejs/node#63785), so an attacker could seed what the next document means.
 *
 * Whatever the bytes, it answers with a verdict and never throws, in time linear in their number.
 *
 * @param limits an invalid limit throws `option_invalid`
 *
 * @example
 * ```ts
 * parseJson(new TextEncoder().encode('{"side":"buy","side":"sell"}')) // { ok: false, fault: 'key_duplicate' }
 * ```
 */
export function parseJson(bytes: Uint8Array, limits?: JsonLimits): JsonVerdict {
  const most = jsonLimits(limits)
  if (bytes.length > most.bytes) return refused('too_large')
  let text: string
  try {
    text = UTF8.decode(bytes)
  } catch {
    return refused('not_utf8')
  }
  // With ignoreBOM the mark stays in the text; JSON.parse would refuse it as a syntax error.
  if (text.charCodeAt(0) === BYTE_ORDER_MARK) return refused('not_utf8')
  // Before JSON.parse, which must never see an escaped name.
  const names = scanJson(bytes)
  if (typeof names === 'string') return refused(names)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The message of the SyntaxError quotes the document.
    return refused('not_json')
  }
  const tally: Tally = { names: 0, elements: 0, escapes: text.includes('\\'), polluted: isPolluted(), most }
  const fault = walk(value, 0, tally)
  if (fault !== undefined) return refused(fault)
  // JSON.parse keeps the last of several equal names, so the value has fewer names than the text exactly then.
  if (tally.names !== names) return refused('key_duplicate')
  return { ok: true, value }
}

interface Tally {
  names: number
  elements: number
  /** Without a backslash in the text no string can hold half a surrogate pair. */
  readonly escapes: boolean
  readonly polluted: boolean
  readonly most: Required<JsonLimits>
}

function walk(value: unknown, depth: number, tally: Tally): JsonFault | undefined {
  if (++tally.elements > tally.most.elements) return 'too_many_elements'
  if (typeof value === 'string') return stringFault(value, tally)
  if (typeof value !== 'object' || value === null) return undefined
  if (depth === tally.most.depth) return 'too_deep'
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) {
      const fault = walk(item, depth + 1, tally)
      if (fault !== undefined) return fault
    }
    return undefined
  }
  // for-in is four times as fast as Object.keys here, and sees inherited names only while a prototype is polluted.
  for (const name in value) {
    if (tally.polluted && !Object.hasOwn(value, name)) continue
    tally.names++
    if (name.length > tally.most.stringLength) return 'string_too_long'
    if (name === '__proto__') return 'key_forbidden'
    const fault = walk((value as Record<string, unknown>)[name], depth + 1, tally)
    if (fault !== undefined) return fault
  }
  return undefined
}

function stringFault(value: string, tally: Tally): JsonFault | undefined {
  if (value.length > tally.most.stringLength) return 'string_too_long'
  return tally.escapes && LONE_SURROGATE.test(value) ? 'string_malformed' : undefined
}

function refused(fault: JsonFault): JsonVerdict {
  return { ok: false, fault }
}

// With the u flag a pair is one character, so only a half matches.
const LONE_SURROGATE = /\p{Surrogate}/u
const UTF8: TextDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const BYTE_ORDER_MARK = 0xfeff
