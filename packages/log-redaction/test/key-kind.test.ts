import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keyKind, type KeyKind } from '../src/key-kind.ts'

const NAMES: Readonly<Record<KeyKind, string>> = {
  secret:
    'password Password DB_PASSWORD userPassword password2 passwordHash passwd passphrase pwd secret clientSecret client_secret ' +
    'SECRET_KEY token accessToken access_token id_token GITHUB_PERSONAL_ACCESS_TOKEN bearerToken authorization Authorization ' +
    'proxy-authorization cookie Set-Cookie setCookie signature x-api-key X_API_KEY apiKey APIKey apikey api.key privateKey ' +
    'private_key TRADING_DB_KEY LOG_FINGERPRINT_KEY TRAIL_KEY jwt jwtPayload auth bearer otp pin cvv credential dbpassword ' +
    'accesstoken sessionId x-session-id sid rawHeaders',
  count: 'tokens maxTokens total_tokens secrets TRADING_API_KEYS credentials cookies passwords',
  address:
    'ip clientIp client_ip remoteAddress remote-address address x-forwarded-for X-Real-IP CF-Connecting-IP forwarded peerAddress',
  plain:
    'monkey keyboard turkey author authority authored secretary tokenizer tokenization bucket compass bypass passport pinned ' +
    'spinning opinion script description key keyId keyid nonce created token_type tokenType tokenUrl token_endpoint passwordPolicy ' +
    'secretName cookiePath credential_id tokenFingerprint signature-input signatureAlgorithm publicKey symbol price id session',
}

describe('keyKind', () => {
  test.each(Object.entries(NAMES))('%s names', (kind, names) => {
    expect(names.split(' ').filter((name) => keyKind(name) !== kind)).toEqual([])
  })

  test('the spelling of a name does not matter', () => {
    const words = fc.constantFrom<string[]>(
      ['api', 'key'],
      ['access', 'token'],
      ['client', 'secret'],
      ['db', 'password'],
    )
    const spell = fc.constantFrom<(words: readonly string[]) => string>(
      (list) => list.join('_'),
      (list) => list.join('-').toUpperCase(),
      (list) => list.map((word) => word[0]!.toUpperCase() + word.slice(1)).join(''),
      (list) => list.join(''),
      (list) => `x.${list.join('.')}`,
    )
    fc.assert(
      fc.property(words, spell, (list, make) => {
        expect(keyKind(make(list))).toBe('secret')
      }),
    )
  })

  test('a very long name is judged by its ends, in little time', () => {
    const started = performance.now()
    expect(keyKind(`${'a_'.repeat(500_000)}password`)).toBe('secret')
    expect(performance.now() - started).toBeLessThan(200)
  })
})
