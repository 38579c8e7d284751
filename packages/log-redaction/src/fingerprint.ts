import { createHmac } from 'node:crypto'
import { RingfenceError } from '@ringfence/errors'
import { type Revealable, secretBytes } from './revealable.ts'

/** The key of all fingerprints of a deployment. */
export interface FingerprintKey {
  /** At least 32 bytes, or 32 characters of text. */
  readonly key: Revealable | Uint8Array | string
  /** Names the key in every fingerprint, so that those of an older key are recognised after a rotation. */
  readonly keyId: string
}

/** What is fingerprinted, under which key. */
export interface FingerprintOptions extends FingerprintKey {
  /** A domain of its own per kind of value, such as `address` or `token`: equal values of two kinds look different. */
  readonly kind: string
}

/**
 * A stable name for a value that must not be printed: `address:k1:Zm9v...`, 128 bits of HMAC-SHA256. Without a key, a
 * hash of something guessable (an address, an account) is as good as printing it: all candidates can be hashed.
 *
 * @example
 * ```ts
 * fingerprint('203.0.113.9', { key: config.LOG_FINGERPRINT_KEY, keyId: 'k1', kind: 'address' })
 * ```
 */
export function fingerprint(value: string | Uint8Array | Revealable, options: FingerprintOptions): string {
  return fingerprinter(options)(value, options.kind)
}

/** A {@link fingerprint} function with its key already checked. */
export function fingerprinter({
  key,
  keyId,
}: FingerprintKey): (value: string | Uint8Array | Revealable, kind: string) => string {
  if (!/^[\w-]{1,32}$/.test(keyId)) {
    throw new RingfenceError('option_invalid', 'fingerprint: keyId must be 1 to 32 letters, digits, _ or -')
  }
  const bytes = secretBytes(key)
  if (bytes.length < 32) throw new RingfenceError('option_invalid', 'fingerprint: the key must have at least 32 bytes')
  return (value, kind) => {
    if (!/^[a-z][a-z-]{0,31}$/.test(kind)) {
      throw new RingfenceError('option_invalid', 'fingerprint: kind must be 1 to 32 lowercase letters or -')
    }
    const mac = createHmac('sha256', bytes).update(`ringfence fingerprint\0${kind}\0`).update(secretBytes(value))
    return `${kind}:${keyId}:${mac.digest().subarray(0, 16).toString('base64url')}`
  }
}
