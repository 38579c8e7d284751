import { createHmac, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { fingerprint } from '../src/index.ts'

const key = randomBytes(32)

describe('fingerprint', () => {
  test('is 128 bits of HMAC-SHA256 over kind and value', () => {
    const mac = createHmac('sha256', key).update('ringfence fingerprint\0token\0value').digest()
    const expected = `token:k1:${mac.subarray(0, 16).toString('base64url')}`
    expect(fingerprint('value', { key, keyId: 'k1', kind: 'token' })).toBe(expected)
    expect(fingerprint(Buffer.from('value'), { key, keyId: 'k1', kind: 'token' })).toBe(expected)
  })

  test('another key, kind or value looks different', () => {
    const all = [
      fingerprint('value', { key, keyId: 'k', kind: 'token' }),
      fingerprint('value', { key, keyId: 'k', kind: 'address' }),
      fingerprint('valuf', { key, keyId: 'k', kind: 'token' }),
      fingerprint('value', { key: randomBytes(32), keyId: 'k', kind: 'token' }),
    ].map((text) => text.split(':')[2])
    expect(new Set(all).size).toBe(4)
  })

  test('a short key, an unclear kind or key id is refused', () => {
    expect(() => fingerprint('v', { key: 'short', keyId: 'k', kind: 'token' })).toThrow(/32 bytes/)
    expect(() => fingerprint('v', { key, keyId: 'k:1', kind: 'token' })).toThrow(/keyId/)
    expect(() => fingerprint('v', { key, keyId: 'k', kind: 'a\0b' })).toThrow(/kind/)
  })
})
