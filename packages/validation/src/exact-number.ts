/**
 * Does the value that this JSON number spells survive the way into a double and back? It does if the double is written
 * (ECMA-262 section 6.1.6.1.20) as the same value: `0.1` and `1e21` do, `9007199254740993` and `1e309` do not.
 *
 * @param text a JSON number (RFC 8259 section 6); for other text the answer means nothing
 */
export function isExactNumber(text: string): boolean {
  const value = Number(text)
  if (!Number.isFinite(value)) return false
  return normal(text) === normal(String(value))
}

/** Sign aside: the significant digits and the power of ten of the last one, one spelling per value. */
function normal(text: string): string {
  const parts = PARTS.exec(text)
  if (parts === null) return text
  const fraction = parts[2] ?? ''
  const digits = (parts[1]! + fraction).replace(LEADING_ZEROS, '')
  const kept = digits.slice(0, lastSignificant(digits))
  if (kept === '') return '0'
  return `${kept}e${Number(parts[3] ?? 0) - fraction.length + digits.length - kept.length}`
}

/** A loop, because `/0+$/` takes quadratic time on `0000...1`. */
function lastSignificant(digits: string): number {
  let length = digits.length
  while (length > 0 && digits.charCodeAt(length - 1) === 0x30) length--
  return length
}

const PARTS = /^-?([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/
const LEADING_ZEROS = /^0+/
