import { RingfenceError } from '@ringfence/errors'

/** A raw 256-bit database key: 64 lowercase hexadecimal digits, plain or inside a `Secret` of @ringfence/secret-config. */
export type DatabaseKey = string | { use<R>(reveal: (hex: string) => R): R }

/**
 * Hands the key to `use` in the form the cipher takes, `x'<64 hex>'`, and wipes the bytes afterwards.
 *
 * The shape is checked before the cipher sees anything, because the cipher does not complain: an empty key silently
 * means plaintext, and 63 digits silently become a passphrase. Throws `database_key_invalid`.
 */
export function withRawKey<T>(key: DatabaseKey, use: (raw: Buffer) => T): T {
  const hex: unknown = typeof key === 'object' && key !== null ? key.use((text) => text) : key
  if (typeof hex !== 'string' || !RAW_KEY.test(hex)) {
    throw new RingfenceError('database_key_invalid', 'a database key is exactly 64 lowercase hexadecimal digits')
  }
  const raw = Buffer.from(`x'${hex}'`, 'latin1')
  try {
    return use(raw)
  } finally {
    raw.fill(0)
  }
}

const RAW_KEY = /^[0-9a-f]{64}$/
