import { createHmac, createSecretKey, generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { tokenFingerprint } from '../src/index.ts'

const key = Buffer.alloc(32, 1)

test('TS-20 the fingerprint is a truncated HMAC-SHA-256 with the name of its key, and nothing of the token', () => {
  const fingerprint = tokenFingerprint('abc.def.ghi', { keyId: 'k1', key })
  const mac = createHmac('sha256', key).update('abc.def.ghi').digest('base64url').slice(0, 22)
  expect(fingerprint).toBe(`k1:${mac}`)
  expect(tokenFingerprint('abc.def.ghi', { keyId: 'k1', key: createSecretKey(key) })).toBe(fingerprint)
})

test('TS-20 another key or another token is another fingerprint', () => {
  const fingerprint = tokenFingerprint('abc', { keyId: 'k1', key })
  expect(tokenFingerprint('abc', { keyId: 'k1', key: Buffer.alloc(32, 2) })).not.toBe(fingerprint)
  expect(tokenFingerprint('abd', { keyId: 'k1', key })).not.toBe(fingerprint)
})

test('the signature of a JWT is not part of its name, the third part of an opaque token is', () => {
  const of = (token: string): string => tokenFingerprint(token, { keyId: 'k1', key })
  expect(of('eyJhIjoxfQ.e30.AAAA')).toBe(of('eyJhIjoxfQ.e30.BBBB'))
  expect(of('eyJhIjoxfQ.e30.AAAA')).not.toBe(of('eyJhIjoxfQ.e31.AAAA'))
  expect(of('abc.def.AAAA')).not.toBe(of('abc.def.BBBB'))
})

test('a weak key or an ill-formed key id is refused', () => {
  expect(() => tokenFingerprint('abc', { keyId: 'k1', key: Buffer.alloc(31) })).toThrow(/32 secret bytes/)
  expect(() => tokenFingerprint('abc', { keyId: '', key })).toThrow(/keyId/)
  const { publicKey } = generateKeyPairSync('ed25519')
  expect(() => tokenFingerprint('abc', { keyId: 'k1', key: publicKey })).toThrow(/32 secret bytes/)
})
