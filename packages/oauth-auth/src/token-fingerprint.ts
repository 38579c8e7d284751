import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { RingfenceError } from '@ringfence/errors'
import { signedLength } from './is-jwt.ts'

/** The key of the fingerprints, and its name, so that lines written before a rotation can be told apart. */
export interface FingerprintKey {
  /** 1 to 32 letters, digits, `-` or `_`. */
  readonly keyId: string
  /** At least 32 bytes, from a random generator. */
  readonly key: Uint8Array | KeyObject
}

/**
 * Names a token without giving it away: `keyId:` and 22 characters, 132 bits, of HMAC-SHA-256 (RFC 2104) in base64url. Without the key
 * nobody can tell whether a token they hold is the one that was logged, nor make a token for a fingerprint.
 *
 * Of a JWT, what was signed is named: whoever has one with an ECDSA signature can write down a second signature of the
 * same content, and a revoked token would come back with a new name.
 *
 * @throws RingfenceError `option_invalid` for a short key or an ill-formed key id
 */
export function tokenFingerprint(token: string, key: FingerprintKey): string {
  return fingerprinter(key).nameOf(token)
}

/** Gives names under one key, and knows them again. */
export interface Fingerprinter {
  nameOf(token: string): string
  /** @throws RingfenceError `option_invalid` for what is no name under this key; the message repeats nothing of it */
  assertName(text: string): void
}

/** Checks the key once, for many tokens. */
export function fingerprinter({ keyId, key }: FingerprintKey): Fingerprinter {
  const secret = key instanceof Uint8Array ? createSecretKey(key) : key
  if (!KEY_ID.test(keyId)) {
    throw new RingfenceError('option_invalid', 'fingerprintKey.keyId: 1 to 32 letters, digits, "-" or "_"')
  }
  if (secret.type !== 'secret' || (secret.symmetricKeySize ?? 0) < MIN_KEY_BYTES) {
    throw new RingfenceError('option_invalid', `fingerprintKey.key: at least ${MIN_KEY_BYTES} secret bytes`)
  }
  return {
    nameOf(token) {
      const named = token.slice(0, signedLength(token))
      return `${keyId}:${createHmac('sha256', secret).update(named).digest('base64url').slice(0, NAME_LENGTH)}`
    },
    assertName(text) {
      if (!NAME.test(text)) {
        throw new RingfenceError('option_invalid', 'a fingerprint is a key id, a colon and 22 characters')
      }
      if (!text.startsWith(`${keyId}:`)) {
        throw new RingfenceError('option_invalid', 'this fingerprint was made with another key')
      }
    },
  }
}

const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/
const MIN_KEY_BYTES = 32
const NAME_LENGTH = 22
const NAME = /^[A-Za-z0-9_-]{1,32}:[A-Za-z0-9_-]{22}$/
