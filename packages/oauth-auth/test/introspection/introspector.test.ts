import { randomBytes } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTokenValidator, type TokenValidator, type TokenValidatorOptions } from '../../src/index.ts'
import {
  authorizationServer,
  cut,
  drip,
  flood,
  hang,
  json,
  status,
  type AuthorizationServer,
} from '../support/authorization-server.ts'
import { AUDIENCE, goodClaims, ISSUER, signingKey, signToken } from '../support/issuer.ts'
import { outcome } from '../support/validator.ts'
import { virtualClock, type VirtualClock } from '../support/virtual-clock.ts'

let server: AuthorizationServer
let clock: VirtualClock
let validator: TokenValidator

beforeEach(async () => {
  clock = virtualClock()
  server = await authorizationServer(json(active()))
  validator = make()
})
afterEach(async () => {
  validator.close()
  await server.close()
})

const secret = randomBytes(16).toString('hex')

function make(options: Partial<TokenValidatorOptions> = {}): TokenValidator {
  return createTokenValidator({
    issuer: ISSUER,
    audience: AUDIENCE,
    jwksUri: false,
    introspection: { url: `${server.origin}/introspect`, clientId: 'tools:1', clientSecret: `${secret} +%` },
    fetch: server.fetch,
    fingerprintKey: { keyId: 'test', key: randomBytes(32) },
    clock,
    ...options,
  })
}

function active(more: Record<string, unknown> = {}): Record<string, unknown> {
  const { iss, aud, client_id, sub, scope, iat, exp } = goodClaims(clock.now())
  return { active: true, iss, aud, client_id, sub, scope, iat, exp, ...more }
}

test('RFC 7662 2.1: asks with a form and form-encoded Basic credentials', async () => {
  let asked: Record<string, unknown> = {}
  server.behave((response, incoming) => {
    void text(incoming).then((body) => {
      const { method, url, headers } = incoming
      asked = { method, url, body, authorization: headers.authorization, type: headers['content-type'] }
      json(active())(response, incoming)
    })
  })
  expect(await validator.validate('opaque~token+1/=')).toMatchObject({
    ok: true,
    principal: { id: 'agent-7', clientId: 'client-1', scopes: ['tools:read', 'tools:write'] },
  })
  const credentials = Buffer.from(`tools%3A1:${secret}+%2B%25`).toString('base64')
  expect(asked).toEqual({
    method: 'POST',
    url: '/introspect',
    type: 'application/x-www-form-urlencoded',
    body: 'token=opaque%7Etoken%2B1%2F%3D&token_type_hint=access_token',
    authorization: `Basic ${credentials}`,
  })
})

describe('an answer is a verdict', () => {
  const later = Date.UTC(2026, 10, 22) / 1_000 + 60
  test.each<[string, Record<string, unknown>]>([
    ['accepted', {}],
    ['accepted', { iss: undefined, iat: undefined, jti: undefined, scope: undefined, token_type: 'Bearer' }],
    ['accepted', { username: 'somebody', anything: { else: true } }],
    ['inactive', { active: false }],
    ['wrong_issuer', { iss: 'https://other.example' }],
    ['wrong_audience', { aud: 'https://other.example' }],
    ['wrong_audience', { aud: [AUDIENCE, 'https://other.example'] }],
    ['claims_invalid', { aud: undefined }],
    ['claims_invalid', { client_id: undefined }],
    ['claims_invalid', { exp: undefined }],
    ['claims_invalid', { exp: 'soon' }],
    ['claims_invalid', { scope: ['tools:read'] }],
    ['claims_invalid', { jti: 7 }],
    ['sender_constrained', { cnf: { jkt: 'AAAA' } }],
    ['sender_constrained', { token_type: 'DPoP' }],
    ['expired', { exp: later - 60 }],
    ['not_yet_valid', { nbf: later }],
    ['lifetime_too_long', { exp: later + 86_400 * 30 }],
  ])('%s: %j', async (expected, answer) => {
    server.behave(json(active(answer)))
    expect(await outcome(validator.validate('opaque'))).toBe(expected)
  })

  test('a token without a subject acts for its client', async () => {
    server.behave(json(active({ sub: undefined })))
    expect(await validator.validate('opaque')).toMatchObject({ principal: { id: 'client-1', clientId: 'client-1' } })
  })

  test('one without an expiry is accepted where that is configured, for 60 s at a time', async () => {
    const url = `${server.origin}/introspect`
    const lenient = make({ introspection: { url, clientId: 'a', clientSecret: secret, acceptWithoutExpiry: true } })
    server.behave(json(active({ exp: undefined })))
    expect(await lenient.validate('opaque')).toMatchObject({ ok: true, principal: { expiresAt: undefined } })
    clock.advance(60_000)
    server.behave(json({ active: false }))
    expect(await outcome(lenient.validate('opaque'))).toBe('inactive')
    lenient.close()
  })
})

describe('TS-07 anything else is a dependency that is away', () => {
  test.each([
    ['hangs', hang, 'late'],
    ['drips', drip, 'late'],
    ['sends too much', flood, 'introspection_unavailable'],
    ['answers 500', status(500), 'introspection_unavailable'],
    ['refuses our own credentials', status(401), 'introspection_unavailable'],
    ['redirects', status(307), 'introspection_unavailable'],
    ['cuts the connection', cut, 'introspection_unavailable'],
    ['answers something else', json({ hello: 'world' }), 'introspection_unavailable'],
    ['answers a text', json('active'), 'introspection_unavailable'],
    ['says active with a word', json({ active: 'true' }), 'introspection_unavailable'],
  ])('an issuer that %s is a 503 within 500 ms', async (_, behaviour, reason) => {
    server.behave(behaviour)
    const started = performance.now()
    const verdict = await validator.validate('opaque')
    expect(performance.now() - started).toBeLessThan(500)
    expect(verdict).toMatchObject({ ok: false, code: 'dependency_unavailable', reason })
  })

  test('is asked no more after five failures, and again after a while', async () => {
    server.behave(status(500))
    for (let i = 0; i < 100; i++)
      expect(await outcome(validator.validate(`opaque-${i}`))).toBe('introspection_unavailable')
    expect(server.requests).toHaveLength(5)
    server.behave(json(active()))
    clock.advance(1_000)
    expect(await outcome(validator.validate('opaque-0'))).toBe('accepted')
    expect(await outcome(validator.validate('opaque-1'))).toBe('accepted')
  })

  test.each([400, 413, 422])('%i is about one token: whoever sends such tokens shuts nobody else out', async (code) => {
    server.behave(status(code))
    for (let i = 0; i < 20; i++) expect(await outcome(validator.validate(`odd-${i}`))).toBe('introspection_unavailable')
    server.behave(json(active()))
    expect(await outcome(validator.validate('opaque'))).toBe('accepted')
  })

  test('an answer after the deadline serves whoever tries again', async () => {
    const hasty = make({ deadlineMs: 50 })
    server.behave((response, incoming) => void setTimeout(() => json(active())(response, incoming), 120))
    expect(await outcome(hasty.validate('opaque'))).toBe('late')
    await expect.poll(() => hasty.validate('opaque'), { interval: 20 }).toMatchObject({ ok: true })
    expect(server.requests).toHaveLength(1)
    hasty.close()
  })

  test('a request ends with close, and at the latest after 2 s', async () => {
    let gone = 0
    server.behave((response) => void response.on('close', () => gone++))
    const underWay = outcome(validator.validate('opaque'))
    await expect.poll(() => server.requests.length).toBe(1)
    validator.close()
    expect(await underWay).toBe('closed')
    await expect.poll(() => gone).toBe(1)
    const patient = make()
    expect(await outcome(patient.validate('opaque'))).toBe('late')
    await expect.poll(() => gone, { timeout: 4_000 }).toBe(2)
    patient.close()
  })

  test('a token that is too long to be one is not even asked about', async () => {
    expect(await outcome(validator.validate('x'.repeat(8_193)))).toBe('malformed')
    expect(server.requests).toEqual([])
    expect(await outcome(validator.validate('x'.repeat(8_192)))).toBe('accepted')
  })

  test('no more than 60 requests are under way', async () => {
    server.behave(hang)
    const hasty = make({ deadlineMs: 50 })
    const verdicts = await Promise.all(
      Array.from({ length: 300 }, async (_, i) => outcome(hasty.validate(`opaque-${i}`))),
    )
    expect(verdicts.filter((reason) => reason === 'overloaded')).toHaveLength(240)
    hasty.close()
  })
})

describe('TS-08 results', () => {
  test('1,000 concurrent requests with one new token cost one request', async () => {
    const verdicts = await Promise.all(Array.from({ length: 1_000 }, async () => outcome(validator.validate('opaque'))))
    expect(new Set(verdicts)).toEqual(new Set(['accepted']))
    expect(server.requests).toHaveLength(1)
  })

  test('a token revoked at the issuer stops working within 60 s, one revoked here at once', async () => {
    expect(await outcome(validator.validate('opaque'))).toBe('accepted')
    server.behave(json({ active: false }))
    clock.advance(59_999)
    expect(await outcome(validator.validate('opaque'))).toBe('accepted')
    clock.advance(1)
    expect(await outcome(validator.validate('opaque'))).toBe('inactive')

    server.behave(json(active()))
    expect(await outcome(validator.validate('another'))).toBe('accepted')
    await validator.revoke(validator.fingerprint('another'))
    expect(await outcome(validator.validate('another'))).toBe('revoked')
  })

  test('an inactive token is not asked about again for 10 s, and such tokens push no good one out', async () => {
    expect(await outcome(validator.validate('good'))).toBe('accepted')
    server.behave(json({ active: false }))
    for (let i = 0; i < 1_200; i++) await validator.validate(`bad-${i}`)
    const { length } = server.requests
    expect(await outcome(validator.validate('bad-1199'))).toBe('inactive')
    expect(await outcome(validator.validate('good'))).toBe('accepted')
    expect(server.requests).toHaveLength(length)
    clock.advance(10_000)
    await validator.validate('bad-1199')
    expect(server.requests).toHaveLength(length + 1)
  })

  test('that a token is not valid yet is not remembered either', async () => {
    server.behave(json(active({ nbf: clock.now() / 1_000 + 6 })))
    expect(await outcome(validator.validate('early'))).toBe('not_yet_valid')
    clock.advance(1_000)
    expect(await outcome(validator.validate('early'))).toBe('accepted')
  })

  test('that somebody was late is never remembered', async () => {
    server.behave(status(503))
    expect(await outcome(validator.validate('opaque'))).toBe('introspection_unavailable')
    server.behave(json(active()))
    expect(await outcome(validator.validate('opaque'))).toBe('accepted')
  })
})

test('JWTs and opaque tokens side by side: neither gets the chance of the other', async () => {
  const key = signingKey('ES256')
  const both = make({ jwksUri: server.jwksUri })
  server.behave((response, incoming) =>
    json(incoming.url === '/jwks' ? { keys: [key.jwk] } : active())(response, incoming),
  )
  const jwt = signToken(key, goodClaims(clock.now()))
  expect(await outcome(both.validate(jwt))).toBe('accepted')
  expect(await outcome(both.validate('opaque'))).toBe('accepted')
  expect(await outcome(both.validate(`${jwt}=`))).toBe('malformed')
  expect(await outcome(both.validate(signToken(signingKey('ES256'), goodClaims(clock.now()))))).toBe('wrong_signature')
  expect(server.requests).toEqual(['/jwks', '/introspect'])
  // And where only one kind is expected, the other is not even looked at.
  expect(await outcome(validator.validate(jwt))).toBe('malformed')
  both.close()
})

test('events tell why the issuer did not answer', async () => {
  const events: unknown[] = []
  const watched = make({ onEvent: (event) => void events.push(event) })
  for (const behaviour of [status(401), cut, json({}), flood]) {
    server.behave(behaviour)
    await watched.validate('opaque')
  }
  expect(events).toEqual([
    { type: 'introspection_failed', reason: 'status', status: 401 },
    { type: 'introspection_failed', reason: 'unreachable' },
    { type: 'introspection_failed', reason: 'malformed' },
    { type: 'introspection_failed', reason: 'too_large' },
  ])
  watched.close()
})

test('neither the secret nor the token is in anything that comes out', async () => {
  const events: unknown[] = []
  const open = make({ onEvent: (event) => void events.push(event) })
  const outputs: unknown[] = [await open.validate('an-opaque-token')]
  server.behave(status(500))
  outputs.push(await open.validate('another-opaque-token'), events, open)
  const shown = inspect(outputs, { depth: 20, showHidden: true })
  expect(shown).not.toContain('opaque-token')
  expect(shown).not.toContain(secret)
  open.close()
})

test.each([
  [{ introspection: { url: 'http://issuer.example', clientId: 'a', clientSecret: 'b' } }],
  [{ introspection: { url: 'https://issuer.example', clientId: '', clientSecret: 'b' } }],
  [{ introspection: { url: 'https://issuer.example', clientId: 'a', clientSecret: '' } }],
])('option %j is refused', (option) => {
  expect(() => make(option)).toThrow(/introspection/)
})

test('without introspection the issuer needs keys', () => {
  const options = { issuer: ISSUER, audience: AUDIENCE, fetch: server.fetch }
  const fingerprintKey = { keyId: 'k', key: randomBytes(32) }
  expect(() => createTokenValidator({ ...options, fingerprintKey, jwksUri: false })).toThrow(/jwksUri/)
})
