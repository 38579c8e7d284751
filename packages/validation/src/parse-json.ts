import { TextDecoder } from 'node:util'
import { isUint8Array } from 'node:util/types'
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
 * - no string with half a surrogate pair (RFC 7493 section 2.1; noncharacters, which it also excludes, are for the schema
 *   to refuse: `text` does);
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
  return readJson(bytes, jsonLimits(limits))
}

/** {@link parseJson} for limits that were checked once, when a guard was made. */
export function readJson(bytes: Uint8Array, limits: Required<JsonLimits>): JsonVerdict {
  // Another view would show the scan other numbers than the decoder sees.
  if (!isUint8Array(bytes)) return refused('not_utf8')
  if (bytes.length > limits.bytes) return refused('too_large')
  let text: string
  try {
    text = UTF8.decode(bytes)
  } catch {
    return refused('not_utf8')
  }
  // With ignoreBOM the mark stays in the text; JSON.parse would refuse it as a syntax error.
  if (text.charCodeAt(0) === BYTE_ORDER_MARK) return refused('not_utf8')
  // Before JSON.parse, which must never see an escaped name.
  const scan = scanJson(bytes, limits)
  if (typeof scan === 'string') return refused(scan)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The message of the SyntaxError quotes the document.
    return refused('not_json')
  }
  if (!scan.exact) return refused('number_inexact')
  const walk: Walk = { names: 0, elements: 0, limits, escapes: text.includes('\\'), polluted: isPolluted() }
  const fault = visit(value, walk)
  if (fault !== undefined) return refused(fault)
  // JSON.parse keeps the last of several equal names, so the value has fewer names than the text exactly then.
  return walk.names === scan.names ? { ok: true, value } : refused('key_duplicate')
}

interface Walk {
  names: number
  elements: number
  readonly limits: Required<JsonLimits>
  /** Without a backslash in the text no string can hold half a surrogate pair. */
  readonly escapes: boolean
  readonly polluted: boolean
}

/** Counts what a parsed document holds; answers the first thing that is over a limit. */
function visit(value: unknown, walk: Walk): JsonFault | undefined {
  if (++walk.elements > walk.limits.elements) return 'too_many_elements'
  if (typeof value === 'string') {
    if (value.length > walk.limits.stringLength) return 'string_too_long'
    return walk.escapes && LONE_SURROGATE.test(value) ? 'string_malformed' : undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  return Array.isArray(value) ? visitArray(value, walk) : visitObject(value, walk)
}

function visitArray(value: readonly unknown[], walk: Walk): JsonFault | undefined {
  for (const item of value) {
    const fault = visit(item, walk)
    if (fault !== undefined) return fault
  }
  return undefined
}

function visitObject(value: object, walk: Walk): JsonFault | undefined {
  // for-in is four times as fast as Object.keys here, and sees inherited names only while a prototype is polluted.
  for (const name in value) {
    if (walk.polluted && !Object.hasOwn(value, name)) continue
    walk.names++
    if (name.length > walk.limits.stringLength) return 'string_too_long'
    if (name === '__proto__') return 'key_forbidden'
    const fault = visit((value as Record<string, unknown>)[name], walk)
    if (fault !== undefined) return fault
  }
  return undefined
}

function refused(fault: JsonFault): JsonVerdict {
  return { ok: false, fault }
}

// With the u flag a pair is one character, so only a half matches.
const LONE_SURROGATE = /\p{Surrogate}/u
const UTF8: TextDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const BYTE_ORDER_MARK = 0xfeff
