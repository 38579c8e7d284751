/** A JSON object as parsed: own members only, values not yet looked at. */
export type JsonObject = { readonly [name: string]: unknown }

/**
 * Parses one JSON object with a single meaning: valid UTF-8 without a byte order mark, unique member names at every
 * depth (RFC 7515 section 4 and RFC 7519 section 4 let a parser refuse duplicates), at most {@link MAX_DEPTH} deep.
 */
export function parseJsonObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const text = UTF8.decode(bytes)
    const written = countWritten(text)
    if (written === undefined) return undefined
    const value: unknown = JSON.parse(text)
    // A duplicate member is written twice but kept once.
    return isObject(value) && countKept(value) === written ? value : undefined
  } catch {
    return undefined
  }
}

/** True for what a JSON object parses to. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** How many members the text writes: its colons outside strings. Undefined when nested too deep, or a string has no end. */
function countWritten(text: string): number | undefined {
  let members = 0
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) {
      i = endOfString(text, i + 1)
      if (i < 0) return undefined
    } else if (code === COLON) members++
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (++depth > MAX_DEPTH) return undefined
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--
  }
  return members
}

/** The place of the quote that ends the string: the next with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start)
  while (end >= 0) {
    let first = end
    while (text.charCodeAt(first - 1) === BACKSLASH) first--
    if ((end - first) % 2 === 0) return end
    end = text.indexOf('"', end + 1)
  }
  return end
}

/** How many members the parsed value has, at every depth. */
function countKept(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countKept(item), 0)
  let members = 0
  for (const item of Object.values(value)) members += 1 + countKept(item)
  return members
}

// ignoreBOM keeps the mark in the text, where JSON.parse refuses it.
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const MAX_DEPTH = 16

const QUOTE = 0x22
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
