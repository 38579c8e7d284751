/**
 * Turns an ECDSA signature of a JWS, R and S side by side (RFC 7518 section 3.4), into the DER that OpenSSL reads
 * (RFC 3279 section 2.2.3); undefined unless both have exactly `half` bytes.
 *
 * `verify` could do it (`dsaEncoding`), but any option beside the key makes node throw and catch an error inside, which
 * costs a fifth of an ES256 verification.
 */
export function derSignature(raw: Uint8Array, half: number): Uint8Array | undefined {
  if (raw.length !== 2 * half) return undefined
  const numbers = Buffer.concat([derInteger(raw.subarray(0, half)), derInteger(raw.subarray(half))])
  // Only ES512 is long enough for the second form of a length.
  const length = numbers.length < 0x80 ? [numbers.length] : [0x81, numbers.length]
  return Buffer.concat([Uint8Array.of(SEQUENCE, ...length), numbers])
}

/** The shortest form: no leading zero but the one that keeps the number positive. */
function derInteger(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0)
  const digits = bytes.subarray(first === -1 ? bytes.length - 1 : first)
  const sign = digits[0]! >= 0x80 ? [0] : []
  return Uint8Array.of(INTEGER, digits.length + sign.length, ...sign, ...digits)
}

const INTEGER = 0x02
const SEQUENCE = 0x30
