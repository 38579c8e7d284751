/**
 * Does the value that this JSON number spells survive the way into a double and back? It does if the double is written
 * (ECMA-262 section 6.1.6.1.20) as the same value: `0.1` and `1e21` do, `9007199254740993` and `1e309` do not.
 *
 * @param text a JSON number (RFC 8259 section 6); for other text the answer means nothing
 */
export function isExactNumber(text: string): boolean {
  const value = Number(text)
  if (!Number.isFinite(value)) return false
  const written = String(value)
  return written === text || normal(text) === normal(written)
}

/** Sign aside: the significant digits and the power of ten of the last one, one spelling per value. */
function normal(text: string): string {
  // Loops, because a pattern like `/0+$/` takes quadratic time on `0000...1`.
  let mantissa = 0
  let point = -1
  for (; mantissa < text.length && (text.charCodeAt(mantissa) | CASE) !== LETTER_E; mantissa++) {
    if (text.charCodeAt(mantissa) === POINT) point = mantissa
  }
  const fraction = point === -1 ? '' : text.slice(point + 1, mantissa)
  const digits = text.slice(text.charCodeAt(0) === MINUS ? 1 : 0, point === -1 ? mantissa : point) + fraction
  let first = 0
  while (digits.charCodeAt(first) === ZERO) first++
  let last = digits.length
  while (last > first && digits.charCodeAt(last - 1) === ZERO) last--
  if (first === last) return '0'
  const power = Number(text.slice(mantissa + 1)) - fraction.length + digits.length - last
  return `${digits.slice(first, last)}e${power}`
}

const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const LETTER_E = 0x65
const CASE = 0x20
