import { randomBytes } from 'node:crypto'
import { parseApiKeyRecord, type ApiKeyRecord } from './api-key-record.ts'
import { toBase62 } from './base62.ts'
import { checksum } from './parse-api-key.ts'

/** A new key with its secret in the clear: show it once, then keep it only where secrets are kept. */
export type GeneratedApiKey = Omit<ApiKeyRecord, 'secret' | 'previous'> & { readonly secret: string }

/**
 * Makes an API key: an id of 95 random bits and a secret of 256, both with a checksum and a prefix that secret scanners
 * recognise (`rfs_[0-9A-Za-z]{49}`). The result is a whole key record, ready for `TRADING_API_KEYS`.
 *
 * @param record what the key may do and from where
 * @param options.random `(n) => n` bytes; the default is the system's CSPRNG
 * @throws {RingfenceError} `key_invalid` for a record that a server would refuse
 */
export function generateApiKey(
  record: Omit<ApiKeyRecord, 'id' | 'secret' | 'previous'>,
  options: { readonly random?: (size: number) => Uint8Array } = {},
): GeneratedApiKey {
  const random = options.random ?? randomBytes
  const id = `rfk_${checked(toBase62(number(random(12)) % 62n ** 16n, 16))}`
  const secret = `rfs_${checked(toBase62(number(random(32)), 43))}`
  const key = { id, ...record, secret }
  parseApiKeyRecord(key, 'generateApiKey')
  return key
}

function checked(body: string): string {
  return body + checksum(body)
}

function number(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}
