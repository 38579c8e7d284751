import { constants, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { DEFAULT_ALGORITHMS } from '../../src/jws/algorithms.ts'
import { importJwk } from '../../src/jws/import-jwk.ts'
import { signatureOf, signingKey, type SigningKey } from '../support/issuer.ts'

const INPUT = 'header.payload'

/** FIPS 186-5, and RFC 8032 section 5.1. */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const ED25519_ORDER = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n
const BASE_POINT = `58${'66'.repeat(31)}`
const IDENTITY = `01${'00'.repeat(31)}`

function verifies(key: Pick<SigningKey, 'alg' | 'jwk'>, signature: Uint8Array, input: string = INPUT): boolean {
  const signingInput = Buffer.from(input)
  const jws = { alg: key.alg, kid: undefined, typ: undefined, payload: Buffer.of(), signingInput }
  return importJwk(key.jwk, DEFAULT_ALGORITHMS)?.verify({ ...jws, signature: Buffer.from(signature) }) ?? false
}

test('RFC 7518 3.5: the salt of a PS256 signature is as long as the digest, and no other', () => {
  const key = signingKey('PS256')
  const salted = (saltLength: number): boolean =>
    verifies(
      key,
      sign('sha256', Buffer.from(INPUT), { key: key.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }),
    )
  expect(salted(32)).toBe(true)
  for (const length of [0, 20, 31, 33, 64, constants.RSA_PSS_SALTLEN_MAX_SIGN]) expect(salted(length)).toBe(false)
})

test('RFC 7518 3.4: neither half of an ECDSA signature is zero, the order, or beyond it', () => {
  const key = signingKey('ES256')
  const good = Buffer.from(signatureOf(key, INPUT), 'base64url')
  const [r, s] = [good.subarray(0, 32), good.subarray(32)]
  expect(verifies(key, good)).toBe(true)
  for (const odd of [Buffer.alloc(32), bytesOf(P256_ORDER), bytesOf(P256_ORDER + 1n), Buffer.alloc(32, 255)]) {
    expect(verifies(key, Buffer.concat([odd, s]))).toBe(false)
    expect(verifies(key, Buffer.concat([r, odd]))).toBe(false)
    expect(verifies(key, Buffer.concat([odd, odd]))).toBe(false)
  }
  expect(verifies(key, Buffer.concat([s, r]))).toBe(false)
})

test('RFC 8032 5.1.7: the second half of an Ed25519 signature is below the order, so that there is one signature', () => {
  const key = signingKey('EdDSA')
  const good = Buffer.from(signatureOf(key, INPUT), 'base64url')
  const scalar = BigInt(`0x${Buffer.from(good.subarray(32).toReversed()).toString('hex')}`)
  const lifted = Buffer.concat([good.subarray(0, 32), bytesOf(scalar + ED25519_ORDER).toReversed()])
  expect([verifies(key, good), verifies(key, lifted)]).toEqual([true, false])
})

test.each([
  IDENTITY,
  `ec${'ff'.repeat(30)}7f`,
  '00'.repeat(32),
  `${'00'.repeat(31)}80`,
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
])('the Ed25519 point %s of small order has no signature for every message', (point) => {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(point, 'hex').toString('base64url') }
  const one = Buffer.concat([Buffer.from(BASE_POINT, 'hex'), bytesOf(1n).toReversed()])
  const zero = Buffer.concat([Buffer.from(IDENTITY, 'hex'), Buffer.alloc(32)])
  for (let i = 0; i < 32; i++) {
    for (const forged of [one, zero]) expect(verifies({ alg: 'EdDSA', jwk }, forged, `message ${i}`)).toBe(false)
  }
})

function bytesOf(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
}
