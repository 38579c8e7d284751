import { createHmac, createPublicKey } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encode, goodClaims, AUDIENCE, ISSUER, signingKey, signToken, type SigningKey } from './support/issuer.ts'
import { json } from './support/authorization-server.ts'
import { outcome, setup, tearDown, type Setup } from './support/validator.ts'

/** Tokens that somebody can make who has another token, another key of the issuer, or the public keys. */
let s: Setup
let rsa: SigningKey

beforeAll(async () => {
  s = await setup()
  rsa = signingKey('RS256', '__proto__')
  const nameless = { ...signingKey('ES256').jwk, kid: '' }
  s.server.behave(json({ keys: [s.key.jwk, rsa.jwk, nameless] }))
  expect(await outcome(s.validator.validate(s.token()))).toBe('accepted')
})
afterAll(() => tearDown(s))

const claims = (more: Record<string, unknown> = {}): Record<string, unknown> => goodClaims(s.clock.now(), more)
const raw = (from: RegExp, to: string): string => signToken(s.key, JSON.stringify(claims()).replace(from, to))

/** Signed with the public key as an HMAC secret, in every form in which somebody could have handed it to a verifier. */
function hmacTokens(alg: string): string[] {
  const key = createPublicKey({ key: rsa.jwk, format: 'jwk' })
  const secrets = [
    key.export({ type: 'spki', format: 'pem' }),
    key.export({ type: 'spki', format: 'der' }),
    key.export({ type: 'pkcs1', format: 'pem' }),
    JSON.stringify(rsa.jwk),
    '',
  ]
  const input = `${encode(JSON.stringify({ alg, kid: rsa.kid, typ: 'at+jwt' }))}.${encode(JSON.stringify(claims()))}`
  return secrets.map((secret) => `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`)
}

test('an HMAC under the public key is no signature, under whatever algorithm it travels', async () => {
  for (const alg of ['HS256', 'HS384', 'hs256', 'RS256', 'PS256', 'ES256', 'EdDSA']) {
    for (const token of hmacTokens(alg)) expect(await outcome(s.validator.validate(token))).not.toBe('accepted')
  }
})

test('a key is used with its own algorithm only, and found by its own name only', async () => {
  const of = (header: Record<string, unknown>): Promise<string> =>
    outcome(s.validator.validate(signToken(rsa, claims(), header)))
  expect(await of({})).toBe('accepted')
  for (const alg of ['PS256', 'RS512', 'ES256', 'rs256', 'RS256 ', 'RS256\u0000'])
    expect(await of({ alg })).not.toBe('accepted')
  for (const kid of ['', 'toString', '__proto__ ', '__PROTO__', s.key.kid, '__proto__\u0000', "' OR 1=1 --"]) {
    expect(await of({ kid })).not.toBe('accepted')
  }
  // Several keys: without a name there would be a choice.
  expect(await outcome(s.validator.validate(signToken(s.key, claims(), { kid: undefined })))).not.toBe('accepted')
})

test.each([
  ['at+jwt;charset=utf-8'],
  ['application/application/at+jwt'],
  [' at+jwt'],
  ['at+jwt '],
  ['at+jwt\n'],
  ['AT+JWT\u0000'],
  ['ａt+jwt'],
  ['text/at+jwt'],
  ['id_token+jwt'],
  [['at+jwt']],
  [{ at: 'jwt' }],
  [null],
  [true],
])('typ %j is another type', async (typ) => {
  expect(await outcome(s.validator.validate(s.token({}, { typ })))).toMatch(/^(?:wrong_type|malformed)$/)
})

test.each<[string, () => string]>([
  ['a duplicate behind an escape', () => raw(/^{/, '{"a\\u0075d":["https://other.example"],')],
  ['a duplicate behind a string with braces and quotes', () => raw(/^{/, '{"x":"}\\\\\\"{\\":","exp":9,')],
  ['a duplicate in __proto__', () => raw(/^{/, '{"__proto__":{"a":1,"a":2},')],
  ['exp as an exponent beyond reason', () => raw(/"exp":\d+/, '"exp":17e300')],
  ['exp minus zero', () => raw(/"exp":\d+/, '"exp":-0')],
  ['exp as a list', () => raw(/"exp":(\d+)/, '"exp":[$1]')],
  ['exp null', () => raw(/"exp":\d+/, '"exp":null')],
  ['exp true', () => raw(/"exp":\d+/, '"exp":true')],
  ['a fraction of a second past', () => s.token({ exp: s.clock.now() / 1_000 - 0.001 })],
  ['iat after exp', () => s.token({ iat: s.clock.now() / 1_000 + 4, exp: s.clock.now() / 1_000 })],
  ['an audience in an object', () => s.token({ aud: { 0: AUDIENCE, length: 1 } })],
  ['an audience two lists deep', () => s.token({ aud: [[AUDIENCE]] })],
  ['a hundred audiences, ours among them', () => s.token({ aud: Array.from({ length: 100 }, () => AUDIENCE) })],
  ['an audience with user information', () => s.token({ aud: AUDIENCE.replace('//', '//a@') })],
  ['an audience with a query', () => s.token({ aud: `${AUDIENCE}?a` })],
  ['an audience with an escape', () => s.token({ aud: AUDIENCE.replace('mcp', '%6Dcp') })],
  ['an audience with a dot segment', () => s.token({ aud: AUDIENCE.replace('mcp', 'x/../mcp') })],
  ['an issuer in a list', () => s.token({ iss: [ISSUER] })],
  ['an issuer with a byte more', () => s.token({ iss: `${ISSUER}\u0000` })],
  ['a subject that is a number', () => s.token({ sub: 7 })],
  ['a client in a list', () => s.token({ client_id: ['client-1'] })],
  ['a token id that is a number', () => s.token({ jti: 7 })],
  ['a scope with a line break', () => s.token({ scope: 'tools:read\r\nx-injected: 1' })],
  ['a scope that is an object', () => s.token({ scope: { toString: 'tools:read' } })],
  ['a thousand scopes', () => s.token({ scope: Array.from({ length: 200 }, (_, i) => `s${i}`).join(' ') })],
  ['two tokens', () => `${s.token()}.${s.token()}`],
  ['JSON serialization', () => encode(JSON.stringify({ payload: s.token().split('.')[1], signatures: [] }))],
  ['a header and a payload of one JSON text', () => `${encode('{"alg":"ES256"}{}')}.${encode('{}')}.AAAA`],
])('%s is refused', async (_, make) => {
  expect(await outcome(s.validator.validate(make()))).toMatch(
    /^(?:malformed|claims_invalid|wrong_|expired|not_yet_valid|lifetime)/,
  )
})
