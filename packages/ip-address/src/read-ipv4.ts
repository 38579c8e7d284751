/**
 * Reads four decimal octets (RFC 3986 section 3.2.2, `IPv4address`) from `start` to the end of the text.
 * No leading zeros, no hex, no short forms, so that every address has exactly one spelling.
 *
 * @returns the 32-bit value, or -1 when the text is anything else
 */
export function readIpv4(text: string, start: number): number {
  let value = 0
  let at = start
  for (let part = 0; part < 4; part++) {
    if (part > 0 && text.charCodeAt(at++) !== DOT) return -1
    const first = text.charCodeAt(at++) - ZERO
    if (!(first >= 0 && first <= 9)) return -1
    let octet = first
    for (let digits = 1; digits < 3; digits++) {
      const digit = text.charCodeAt(at) - ZERO
      if (!(digit >= 0 && digit <= 9)) break
      octet = octet * 10 + digit
      at++
      if (first === 0) return -1 // "01" is 1 to some parsers and octal to others
    }
    if (octet > 255) return -1
    value = value * 256 + octet
  }
  return at === text.length ? value : -1
}

const DOT = 0x2e
const ZERO = 0x30
