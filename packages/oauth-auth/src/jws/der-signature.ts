/**
 * Turns an ECDSA signature of a JWS, R and S side by side (RFC 7518 section 3.4), into the DER that OpenSSL reads
 * (RFC 3279 section 2.2.3); undefined unless both have exactly `half` bytes.
 *
 * `verify` could do it (`dsaEncoding`), but any option beside the key makes node throw and catch an error inside, which
 * costs a fifth of an ES256 verification.
 */
export function derSignature(raw: Uint8Array, half: number): Uint8Array | undefined {
  if (raw.length !== 2 * half) return undefined
  const der = Buffer.allocUnsafe(HEADER_BYTES + 2 * (3 + half))
  const middle = writeInteger(der, HEADER_BYTES, raw.subarray(0, half))
  const end = writeInteger(der, middle, raw.subarray(half))
  const length = end - HEADER_BYTES
  // Only ES512 is long enough for the second form of a length, which takes a byte more.
  const start = length < 0x80 ? 1 : 0
  der[start] = SEQUENCE
  if (start === 0) der[1] = 0x81
  der[HEADER_BYTES - 1] = length
  return der.subarray(start, end)
}

/** The shortest form: no leading zero but the one that keeps the number positive. Answers where it ends. */
function writeInteger(der: Buffer, start: number, bytes: Uint8Array): number {
  let first = 0
  while (bytes[first] === 0 && first < bytes.length - 1) first++
  const sign = bytes[first]! >= 0x80 ? 1 : 0
  const digits = bytes.length - first
  der[start] = INTEGER
  der[start + 1] = sign + digits
  if (sign === 1) der[start + 2] = 0
  der.set(first === 0 ? bytes : bytes.subarray(first), start + 2 + sign)
  return start + 2 + sign + digits
}

const INTEGER = 0x02
const SEQUENCE = 0x30

/** The tag of the sequence and its length. */
const HEADER_BYTES = 3
