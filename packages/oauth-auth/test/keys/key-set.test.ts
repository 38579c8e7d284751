import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { DEFAULT_ALGORITHMS } from '../../src/jws/algorithms.ts'
import { readKeySet } from '../../src/keys/key-set.ts'
import { signatureOf, signingKey } from '../support/issuer.ts'

const good = signingKey('ES256', 'good')
const INPUT = 'header.payload'

function read(...keys: unknown[]): ReturnType<typeof readKeySet> {
  return readKeySet(Buffer.from(JSON.stringify({ keys })), DEFAULT_ALGORITHMS)
}

test.each<[string, unknown]>([
  ['no object', 7],
  ['null', null],
  ['an empty object', {}],
  ['a symmetric key', { kty: 'oct', k: 'AAAA', alg: 'HS256' }],
  ['an unknown type', { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AAAA' }],
  ['a name of Object.prototype as type', { kty: 'constructor' }],
  ['an encryption key', { ...good.jwk, use: 'enc' }],
  ['a key for signing only', { ...good.jwk, key_ops: ['sign'] }],
  ['a private key', { ...good.jwk, d: 'AAAA' }],
  ...['p', 'q', 'dp', 'dq', 'qi', 'oth'].map((name): [string, unknown] => [
    `an RSA key with its ${name}`,
    { ...rsa(2_048), [name]: 'AAAA' },
  ]),
  ['an algorithm of another curve', { ...good.jwk, alg: 'ES384' }],
  ['an algorithm of another type', { ...good.jwk, alg: 'RS256' }],
  ['a point off the curve', { ...good.jwk, y: good.jwk['x'] }],
  ['a curve that is not allowed', { ...good.jwk, crv: 'secp256k1' }],
  ['a padded coordinate', { ...good.jwk, x: `${String(good.jwk['x'])}=` }],
  ['a coordinate that is no text', { ...good.jwk, x: 7 }],
  ['a key id that is no text', { ...good.jwk, kid: 7 }],
  ['a small RSA key', rsa(1_024)],
  ['an RSA key with exponent 1', { ...rsa(2_048), e: 'AQ' }],
  ['an RSA key with an even exponent', { ...rsa(2_048), e: 'BA' }],
  ['an RSA key with a huge exponent', { ...rsa(2_048), e: Buffer.alloc(64, 255).toString('base64url') }],
  ['an RSA key with a huge modulus', { ...rsa(2_048), n: Buffer.alloc(2_048, 255).toString('base64url') }],
])('a key that is hostile or foreign (%s) is ignored and disables no other', (_, hostile) => {
  const set = read(hostile, good.jwk, hostile)!
  expect([set.size, set.ignored]).toEqual([1, 2])
  expect(set.match('good', 'ES256')).toHaveLength(1)
  expect(read(hostile)).toBeUndefined()
})

test('hostile keys of the same id do not hide the good one, however many', () => {
  const twins = Array.from({ length: 20 }, () => signingKey('ES256', 'good').jwk)
  const set = read(...twins, { ...signingKey('RS256').jwk, kid: 'good' }, good.jwk)!
  const payload = Buffer.from('{}')
  const signingInput = Buffer.from(INPUT)
  const signature = Buffer.from(signatureOf(good, INPUT), 'base64url')
  const jws = { alg: 'ES256', kid: 'good', typ: undefined, payload, signingInput, signature }
  expect(set.match('good', 'ES256').map((key) => key.verify(jws))).toEqual([...twins.map(() => false), true])
})

test('a key without an algorithm may be used with every allowed one of its type', () => {
  const { alg: _, ...jwk } = signingKey('RS256', 'rsa').jwk
  const set = read(jwk)!
  expect(set.match('rsa', 'RS256')).toHaveLength(1)
  expect(set.match('rsa', 'PS256')).toHaveLength(1)
  expect(set.match('rsa', 'RS512')).toHaveLength(0)
})

test('without a key id there must be no choice', () => {
  expect(read(good.jwk)!.match(undefined, 'ES256')).toHaveLength(1)
  expect(read(good.jwk, signingKey('ES256', 'other').jwk)!.match(undefined, 'ES256')).toHaveLength(0)
})

test.each(['', 'null', '[]', '{}', '{"keys":{}}', '{"keys":[]}', '{"keys":[],"keys":[]}', '\u0000'])(
  'the document %j is no JWK Set',
  (text) => {
    expect(readKeySet(Buffer.from(text), DEFAULT_ALGORITHMS)).toBeUndefined()
  },
)

test('no more than 64 entries are looked at', () => {
  expect(read(...Array.from({ length: 64 }, () => ({})), good.jwk)).toBeUndefined()
  expect(read(...Array.from({ length: 63 }, () => ({})), good.jwk)).toMatchObject({ size: 1, ignored: 63 })
})

function rsa(modulusLength: number): Record<string, unknown> {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength })
  return { ...publicKey.export({ format: 'jwk' }), kid: 'rsa', alg: 'RS256' }
}
