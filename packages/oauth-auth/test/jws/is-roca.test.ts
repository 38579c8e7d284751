import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { isRoca } from '../../src/jws/is-roca.ts'

test('an ordinary RSA modulus does not look like a ROCA one, a power of 65537 does', () => {
  expect(isRoca(65_537n ** 128n)).toBe(true)
  expect(isRoca(65_537n ** 128n + 2n)).toBe(false)
})

test('the moduli that OpenSSL makes do not look like ROCA ones', () => {
  for (let i = 0; i < 5; i++) {
    const { n } = generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey.export({ format: 'jwk' })
    expect(isRoca(BigInt(`0x${Buffer.from(n!, 'base64url').toString('hex')}`))).toBe(false)
  }
})
