import { crc32 } from 'node:zlib'
import { RingfenceError } from '@ringfence/errors'
import { toBase62 } from './base62.ts'

/** One half of an API key, recognised by its shape. */
export interface ParsedApiKey {
  /** `id` is public; `secret` never leaves the two ends. */
  readonly kind: 'id' | 'secret'
  readonly text: string
}

/**
 * Recognises the id (`rfk_` and 22 characters) or the secret (`rfs_` and 49 characters) of an API key: a typo, a cut-off
 * copy or a placeholder is found here and not as a wrong signature. The last six characters are the CRC32 of the ones
 * between prefix and checksum, in base62; it finds mistakes and proves nothing.
 *
 * @throws {RingfenceError} `key_invalid`; the message never repeats the text
 *
 * @example
 * ```ts
 * parseApiKey(generateApiKey({ scope: 'read', allow: ['127.0.0.1'] }).secret).kind // 'secret'
 * ```
 */
export function parseApiKey(text: string): ParsedApiKey {
  const kind = ID.test(text) ? 'id' : SECRET.test(text) ? 'secret' : undefined
  if (kind === undefined) throw invalid('it is neither rfk_ and 22 nor rfs_ and 49 letters or digits')
  const body = text.slice(PREFIX_LENGTH, -CHECKSUM_LENGTH)
  if (checksum(body) !== text.slice(-CHECKSUM_LENGTH))
    throw invalid('its checksum is wrong: a character was lost or mistyped')
  return { kind, text }
}

/** Six base62 characters of the CRC32 (as zlib computes it), as in GitHub's tokens. */
export function checksum(body: string): string {
  return toBase62(BigInt(crc32(body)), CHECKSUM_LENGTH)
}

function invalid(why: string): RingfenceError {
  return new RingfenceError('key_invalid', `API key: ${why}`)
}

const ID = /^rfk_[0-9A-Za-z]{22}$/
const SECRET = /^rfs_[0-9A-Za-z]{49}$/
const PREFIX_LENGTH = 4
const CHECKSUM_LENGTH = 6
