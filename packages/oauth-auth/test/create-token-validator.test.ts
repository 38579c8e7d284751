import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RingfenceError } from '@ringfence/errors'
import { createTokenValidator, type RevocationStore } from '../src/index.ts'
import { drip, cut, flood, hang, json, status } from './support/authorization-server.ts'
import { AUDIENCE, encode, goodClaims, ISSUER, signingKey, signToken } from './support/issuer.ts'
import { outcome, setup, tearDown, type Setup } from './support/validator.ts'

/** Where the virtual clock starts, in seconds. */
const NOW = Date.UTC(2026, 10, 22) / 1_000

/** FIPS 186-5. */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

const FINGERPRINT_KEY = { keyId: 'k', key: Buffer.alloc(32) }

let s: Setup

beforeEach(async () => {
  s = await setup()
})
afterEach(() => tearDown(s))

test('TS-05 a good token is accepted, and its claims become a principal without the token', async () => {
  const token = s.token()
  const verdict = await s.validator.validate(token)
  expect(verdict).toMatchObject({
    ok: true,
    principal: { kind: 'bearer', id: 'agent-7', clientId: 'client-1', scopes: ['tools:read', 'tools:write'] },
    token: { fingerprint: s.validator.fingerprint(token), issuer: ISSUER, audience: [AUDIENCE], tokenId: 'token-1' },
  })
  const shown = JSON.stringify(verdict)
  for (const segment of token.split('.')) expect(shown).not.toContain(segment)
})

describe('TS-09 a token that is not exactly right is refused', () => {
  const cases: Record<string, [make: () => string, reason: string]> = {
    'an empty text': [() => '', 'malformed'],
    'two segments': [() => s.token().split('.').slice(0, 2).join('.'), 'malformed'],
    'four segments': [() => `${s.token()}.AAAA`, 'malformed'],
    'five segments, as a JWE has': [() => `${s.token()}.AAAA.AAAA`, 'malformed'],
    padding: [() => `${s.token()}=`, 'malformed'],
    'a space': [() => s.token().replace('.', ' .'), 'malformed'],
    'the standard base64 alphabet': [() => s.token().replace(/.$/, '+'), 'malformed'],
    'another spelling of the last character': [() => respell(s.token()), 'malformed'],
    'more than 8 KiB': [() => s.token({ x: 'x'.repeat(9_000) }), 'malformed'],
    'a header over its limit': [() => s.token({}, { x: 'x'.repeat(2_000) }), 'malformed'],
    'a duplicate header name': [
      () => signToken(s.key, good(), `{"alg":"none","alg":"ES256","typ":"at+jwt"}`),
      'malformed',
    ],
    'a duplicate claim name': [() => signToken(s.key, withDuplicate(good())), 'malformed'],
    'a duplicate name in an escape': [() => signToken(s.key, withDuplicate(good(), '\\u0073ub')), 'malformed'],
    'a nested duplicate name': [
      () => signToken(s.key, JSON.stringify(good()).replace('{', '{"a":{"b":1,"b":2},')),
      'malformed',
    ],
    'invalid UTF-8': [
      () => signToken(s.key, Buffer.from(JSON.stringify({ ...good(), x: 'é' }), 'latin1')),
      'malformed',
    ],
    'a byte order mark': [() => signToken(s.key, `\ufeff${JSON.stringify(good())}`), 'malformed'],
    'claims too deep': [() => s.token({ x: JSON.parse('['.repeat(20) + ']'.repeat(20)) as unknown }), 'malformed'],
    'claims that are an array': [() => signToken(s.key, '[]'), 'malformed'],
    'a header that is not JSON': [() => signToken(s.key, good(), 'alg'), 'malformed'],
    crit: [() => s.token({}, { crit: ['exp'], exp: 1 }), 'malformed'],
    b64: [() => s.token({}, { b64: false, crit: ['b64'] }), 'malformed'],
    'an embedded key': [() => s.token({}, { jwk: s.key.jwk }), 'malformed'],
    'a key address': [() => s.token({}, { jku: s.server.jwksUri }), 'malformed'],
    'a certificate chain': [() => s.token({}, { x5c: ['AAAA'] }), 'malformed'],
    'a certificate address': [() => s.token({}, { x5u: s.server.jwksUri }), 'malformed'],
    'a key id that is no text': [() => s.token({}, { kid: 7 }), 'malformed'],
    'alg none': [() => unsigned({ alg: 'none' }), 'algorithm_not_allowed'],
    'alg None': [() => unsigned({ alg: 'None' }), 'algorithm_not_allowed'],
    HMAC: [() => s.token({}, { alg: 'HS256' }), 'algorithm_not_allowed'],
    'an algorithm nobody allowed': [() => signToken(signingKey('ES512'), good()), 'algorithm_not_allowed'],
    'a name of Object.prototype as algorithm': [() => s.token({}, { alg: 'constructor' }), 'algorithm_not_allowed'],
    'no typ': [() => s.token({}, { typ: undefined }), 'wrong_type'],
    'typ JWT': [() => s.token({}, { typ: 'JWT' }), 'wrong_type'],
    'typ dpop+jwt': [() => s.token({}, { typ: 'dpop+jwt' }), 'wrong_type'],
    'a DPoP-bound token': [() => s.token({ cnf: { jkt: 'AAAA' } }), 'sender_constrained'],
    'a certificate-bound token': [() => s.token({ cnf: { 'x5t#S256': 'AAAA' } }), 'sender_constrained'],
    'an empty confirmation': [() => s.token({ cnf: null }), 'sender_constrained'],
    'another issuer': [() => s.token({ iss: 'https://other.example' }), 'wrong_issuer'],
    'the issuer with a slash': [() => s.token({ iss: `${ISSUER}/` }), 'wrong_issuer'],
    'the issuer in upper case': [() => s.token({ iss: ISSUER.toUpperCase() }), 'wrong_issuer'],
    'another audience': [() => s.token({ aud: 'https://other.example' }), 'wrong_audience'],
    'the audience with a slash': [() => s.token({ aud: `${AUDIENCE}/` }), 'wrong_audience'],
    'an audience below ours': [() => s.token({ aud: `${AUDIENCE}/admin` }), 'wrong_audience'],
    'our audience and a foreign one': [() => s.token({ aud: [AUDIENCE, 'https://other.example'] }), 'wrong_audience'],
    'no audience in the list': [() => s.token({ aud: [] }), 'claims_invalid'],
    'an audience that is no text': [() => s.token({ aud: [AUDIENCE, 7] }), 'claims_invalid'],
    'an audience in a list in a list': [() => s.token({ aud: [[AUDIENCE]] }), 'claims_invalid'],
    'expired this instant': [() => s.token({ exp: NOW }), 'expired'],
    'not valid before a minute': [() => s.token({ nbf: NOW + 60 }), 'not_yet_valid'],
    'issued in a minute': [() => s.token({ iat: NOW + 60 }), 'not_yet_valid'],
    'valid for a month': [() => s.token({ exp: NOW + 2_592_000 }), 'lifetime_too_long'],
    'an expiry beyond reason': [() => s.token({ exp: 1e300 }), 'claims_invalid'],
    'an infinite expiry': [
      () => signToken(s.key, JSON.stringify(good()).replace(/"exp":\d+/, '"exp":1e999')),
      'claims_invalid',
    ],
    'an expiry in a text': [() => s.token({ exp: `${NOW + 60}` }), 'claims_invalid'],
    'a negative issue date': [() => s.token({ iat: -1 }), 'claims_invalid'],
    'nbf null': [() => s.token({ nbf: null }), 'claims_invalid'],
    'a scope list': [() => s.token({ scope: ['tools:read'] }), 'claims_invalid'],
    'a scope with two spaces': [() => s.token({ scope: 'a  b' }), 'claims_invalid'],
    'a scope with a quote': [() => s.token({ scope: 'a"b' }), 'claims_invalid'],
    'an empty subject': [() => s.token({ sub: '' }), 'claims_invalid'],
    'half a surrogate pair': [() => s.token({ sub: '\ud800' }), 'claims_invalid'],
    'an unknown key': [() => s.token({}, { kid: 'nobody' }), 'unknown_key'],
    'a key id that is a path': [() => s.token({}, { kid: '../../etc/passwd' }), 'unknown_key'],
    'the signature of another key': [() => signToken(signingKey('ES256'), good()), 'wrong_signature'],
    'the signature of another token': [
      () => `${s.token().replace(/\.[^.]*$/, '')}.${s.token().split('.')[2]}`,
      'wrong_signature',
    ],
    'no signature': [() => s.token().replace(/[^.]*$/, ''), 'wrong_signature'],
    'a DER signature': [() => derSignature(), 'wrong_signature'],
    'an all-zero signature': [() => s.token().replace(/[^.]*$/, 'A'.repeat(86)), 'wrong_signature'],
  }
  for (const claim of ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti']) {
    cases[`no ${claim}`] = [() => s.token({ [claim]: undefined }), 'claims_invalid']
  }
  const good = (): Record<string, unknown> => goodClaims(s.clock.now())

  test.each(Object.entries(cases))('%s', async (_, [make, reason]) => {
    expect(await outcome(s.validator.validate(s.token()))).toBe('accepted')
    const token = make()
    expect(await outcome(s.validator.validate(token))).toBe(reason)
    expect(await outcome(s.validator.validate(token)), 'again').toBe(reason)
  })

  function unsigned(header: object): string {
    return `${encode(JSON.stringify({ typ: 'at+jwt', ...header }))}.${encode(JSON.stringify(good()))}.`
  }

  function withDuplicate(claims: object, name: string = 'sub'): string {
    return JSON.stringify(claims).replace('{', `{"${name}":"root",`)
  }

  /** 64 bytes leave four unused bits in the last character. */
  function respell(token: string): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    return token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1)!) + 1]
  }

  function derSignature(): string {
    const [header, payload, signature] = s.token().split('.') as [string, string, string]
    const raw = Buffer.from(signature, 'base64url')
    const integer = (part: Buffer): Buffer => Buffer.concat([Buffer.from([2, 33, 0]), part])
    const der = Buffer.concat([Buffer.from([48, 70]), integer(raw.subarray(0, 32)), integer(raw.subarray(32))])
    return `${header}.${payload}.${der.toString('base64url')}`
  }
})

describe('what is right in another spelling is accepted', () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>?]>([
    ['the long media type', {}, { typ: 'application/at+jwt' }],
    ['a media type in upper case', {}, { typ: 'AT+JWT' }],
    ['an audience list', { aud: [AUDIENCE] }],
    ['an audience with host and scheme in upper case', { aud: 'HTTPS://TOOLS.EXAMPLE/mcp' }],
    ['no scope', { scope: undefined }],
    ['dates with fractions', { iat: NOW - 0.5, exp: NOW + 0.5 }],
    ['no key id while there is one key', {}, { kid: undefined }],
  ])('%s', async (_, claims, header) => {
    expect(await outcome(s.validator.validate(s.token(claims, header)))).toBe('accepted')
  })

  test('another audience beside ours, once it is configured', async () => {
    const two = await setup({ otherAudiences: ['https://other.example'] })
    expect(await outcome(two.validator.validate(two.token({ aud: [AUDIENCE, 'https://other.example'] })))).toBe(
      'accepted',
    )
    expect(await outcome(two.validator.validate(two.token({ aud: 'https://other.example' })))).toBe('wrong_audience')
    await tearDown(two)
  })
})

describe.each(['ES256', 'ES384', 'EdDSA', 'RS256', 'PS256'] as const)('algorithm %s', (alg) => {
  test('is verified, bound to its key', async () => {
    const key = signingKey(alg, 'k')
    s.server.behave(json({ keys: [key.jwk] }))
    expect(await outcome(s.validator.validate(signToken(key, goodClaims(s.clock.now()))))).toBe('accepted')
    const other = alg === 'RS256' ? 'PS256' : 'RS256'
    expect(await outcome(s.validator.validate(signToken(key, goodClaims(s.clock.now()), { alg: other })))).toBe(
      'unknown_key',
    )
    const [header, payload, signature] = signToken(key, goodClaims(s.clock.now())).split('.') as [
      string,
      string,
      string,
    ]
    const bytes = Buffer.from(signature, 'base64url')
    bytes[10]! ^= 1
    expect(await outcome(s.validator.validate(`${header}.${payload}.${encode(bytes)}`))).toBe('wrong_signature')
  })
})

test('RFC 9864: Ed25519 and EdDSA are the same for an Ed25519 key', async () => {
  const key = signingKey('EdDSA', 'k')
  s.server.behave(json({ keys: [key.jwk] }))
  const token = signToken(key, goodClaims(s.clock.now()), { alg: 'Ed25519' })
  expect(await outcome(s.validator.validate(token))).toBe('accepted')
})

describe('TS-08 the result cache', () => {
  test('answers the second time at once, for 60 s at most', async () => {
    const token = s.token()
    expect(s.validator.validate(token)).toBeInstanceOf(Promise)
    await s.validator.validate(token)
    s.server.behave(hang)
    const first = s.validator.validate(token)
    expect(first).toMatchObject({ ok: true })
    s.clock.advance(59_999)
    expect(s.validator.validate(token)).toBe(first)
    s.clock.advance(1)
    expect(s.validator.validate(token)).not.toBe(first)
  })

  test('refuses a cached token in the instant it expires', async () => {
    const token = s.token({ exp: s.clock.now() / 1_000 + 20 })
    expect(await outcome(s.validator.validate(token))).toBe('accepted')
    s.clock.advance(19_999)
    expect(await outcome(s.validator.validate(token))).toBe('accepted')
    s.clock.advance(1)
    expect(await outcome(s.validator.validate(token))).toBe('expired')
  })

  test('does not make one token of two that differ in a single character', async () => {
    const token = s.token()
    expect(await outcome(s.validator.validate(token))).toBe('accepted')
    for (let i = 0; i < token.length; i++) {
      const other = `${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`
      expect(await outcome(s.validator.validate(other)), `character ${i}`).not.toBe('accepted')
    }
  })

  test('is not pushed out by forged tokens', async () => {
    const token = s.token()
    const accepted = await s.validator.validate(token)
    const [header, payload] = token.split('.') as [string, string]
    for (let i = 0; i < 1_500; i++) {
      const forged = Buffer.alloc(64, 7)
      forged.writeUInt32BE(i)
      expect(await outcome(s.validator.validate(`${header}.${payload}.${encode(forged)}`))).toBe('wrong_signature')
    }
    expect(s.validator.validate(token)).toBe(accepted)
  })

  test('forgets what was verified with a key that the issuer has withdrawn', async () => {
    const token = s.token()
    expect(await outcome(s.validator.validate(token))).toBe('accepted')
    const next = signingKey('ES256', 'next')
    s.server.behave(json({ keys: [next.jwk] }))
    s.clock.advance(30_000)
    expect(await outcome(s.validator.validate(signToken(next, goodClaims(s.clock.now()))))).toBe('accepted')
    expect(await outcome(s.validator.validate(token))).toBe('unknown_key')
  })

  test('can be turned off', async () => {
    const uncached = await setup({ cache: { maxEntries: 0 } })
    const token = uncached.token()
    const first = await uncached.validator.validate(token)
    expect(uncached.validator.validate(token)).not.toBe(first)
    await tearDown(uncached)
  })
})

describe('TS-08 revocation', () => {
  test('takes effect on a cached token at once', async () => {
    const [token, other] = [s.token(), s.token()]
    const verdict = await s.validator.validate(token)
    await s.validator.validate(other)
    if (verdict.ok) await s.validator.revoke(verdict.token.fingerprint)
    expect(await outcome(s.validator.validate(token))).toBe('revoked')
    expect(await outcome(s.validator.validate(other))).toBe('accepted')
    s.clock.advance(61_000)
    expect(await outcome(s.validator.validate(token))).toBe('revoked')
  })

  test('is kept until the last token of that fingerprint that could be accepted has expired', async () => {
    const kept: number[] = []
    const store: RevocationStore = { revoke: (_, until) => void kept.push(until), isRevoked: () => false }
    const spied = await setup({ revocations: store, clockToleranceMs: 7_000, maxLifetimeMs: 3_600_000 })
    const iat = NOW + 7
    const longest = spied.token({ iat, exp: iat + 3_600 })
    expect(await outcome(spied.validator.validate(longest))).toBe('accepted')
    await spied.validator.revoke(spied.validator.fingerprint(longest))
    expect(kept).toEqual([(iat + 3_600) * 1_000])
    await tearDown(spied)
  })

  test('of what is no fingerprint fails, so that nobody believes a token is revoked, nor stores it', async () => {
    const stored: string[] = []
    const store: RevocationStore = { revoke: (name) => void stored.push(name), isRevoked: () => false }
    const spied = await setup({ revocations: store })
    const name = spied.validator.fingerprint(spied.token())
    const others = [
      '',
      'opaque-token',
      spied.token(),
      name.replace('test:', 'k2:'),
      `${name}A`,
      name.slice(5),
      `${name}\n`,
    ]
    const attempts = await Promise.allSettled(others.map((other) => spied.validator.revoke(other)))
    const said = attempts.map((attempt) => String(attempt.status === 'rejected' && attempt.reason))
    // Two constant sentences, whatever it was.
    expect(new Set(said).size).toBe(2)
    for (const one of said) expect(one).toContain('RingfenceError')
    expect(stored).toEqual([])
    await tearDown(spied)
  })

  test('covers the second signature that anybody can make of an ECDSA one', async () => {
    const token = s.token()
    const [header, payload, signature] = token.split('.') as [string, string, string]
    const raw = Buffer.from(signature, 'base64url')
    const mirrored = P256_ORDER - BigInt(`0x${raw.toString('hex', 32)}`)
    raw.write(mirrored.toString(16).padStart(64, '0'), 32, 'hex')
    const twin = `${header}.${payload}.${encode(raw)}`
    expect(twin).not.toBe(token)
    expect(await outcome(s.validator.validate(twin))).toBe('accepted')
    await s.validator.revoke(s.validator.fingerprint(token))
    expect(await outcome(s.validator.validate(twin))).toBe('revoked')
  })

  test.each<[string, RevocationStore['isRevoked']]>([
    [
      'throws',
      () => {
        throw new Error('down')
      },
    ],
    ['rejects', () => Promise.reject(new Error('down'))],
  ])('a store that %s lets nothing through', async (_, isRevoked) => {
    const failing = await setup({ revocations: { revoke: () => {}, isRevoked } })
    expect(await outcome(failing.validator.validate(failing.token()))).toBe('revocations_unavailable')
    await tearDown(failing)
  })

  test('a store that hangs is a late dependency, not a pass', async () => {
    const hanging = await setup({
      revocations: { revoke: () => {}, isRevoked: () => new Promise(() => {}) },
      deadlineMs: 50,
    })
    expect(await outcome(hanging.validator.validate(hanging.token()))).toBe('late')
    await tearDown(hanging)
  })
})

describe('TS-07 a dependency that fails is a 503 in time, never a verdict on the token', () => {
  test.each([
    ['hangs', hang, 'late'],
    ['drips', drip, 'late'],
    ['sends too much', flood, 'keys_unavailable'],
    ['answers 500', status(500), 'keys_unavailable'],
    ['answers 404', status(404), 'keys_unavailable'],
    ['redirects', status(302), 'keys_unavailable'],
    ['cuts the connection', cut, 'keys_unavailable'],
    ['answers something else', json({ hello: 'world' }), 'keys_unavailable'],
    ['has no usable key', json({ keys: [{ kty: 'oct', k: 'AAAA' }] }), 'keys_unavailable'],
  ])('an issuer that %s', async (_, behaviour, reason) => {
    s.server.behave(behaviour)
    const started = performance.now()
    const verdict = await s.validator.validate(s.token())
    expect(performance.now() - started).toBeLessThan(500)
    expect(verdict).toMatchObject({ ok: false, code: 'dependency_unavailable', reason })
    expect(verdict).toHaveProperty('retryAfterMs')
  })

  test('an issuer that does not speak TLS', async () => {
    const broken = await setup()
    broken.validator.close()
    const { origin, fetch } = broken.server
    const jwksUri = `${origin.replace('http:', 'https:')}/jwks`
    const validator = createTokenValidator({
      issuer: ISSUER,
      audience: AUDIENCE,
      jwksUri,
      fetch,
      fingerprintKey: FINGERPRINT_KEY,
    })
    expect(await outcome(validator.validate(signToken(broken.key, goodClaims(Date.now()))))).toBe('keys_unavailable')
    await tearDown({ ...broken, validator })
  })

  test('an issuer that is not there', async () => {
    await s.server.close()
    expect(await outcome(s.validator.validate(s.token()))).toBe('keys_unavailable')
  })

  test('the keys that arrive after the deadline serve the next request', async () => {
    const slow = await setup({ deadlineMs: 50 })
    slow.server.behave(
      (response, incoming) => void setTimeout(() => json({ keys: [slow.key.jwk] })(response, incoming), 150),
    )
    expect(await outcome(slow.validator.validate(slow.token()))).toBe('late')
    await expect.poll(() => slow.validator.ready()).toBe(true)
    expect(await outcome(slow.validator.validate(slow.token()))).toBe('accepted')
    expect(slow.server.requests).toHaveLength(1)
    await tearDown(slow)
  })

  test('a validation under way ends with close, and so does the request to the issuer', async () => {
    let gone = false
    s.server.behave((response) => void response.on('close', () => (gone = true)))
    const underWay = outcome(s.validator.validate(s.token()))
    await expect.poll(() => s.server.requests.length).toBe(1)
    s.validator.close()
    expect(await underWay).toBe('closed')
    await expect.poll(() => gone).toBe(true)
  })

  test('no more than 10,000 verifications wait for keys', async () => {
    const waiting = await setup({ deadlineMs: 50 })
    waiting.server.behave(hang)
    const [header, payload] = waiting.token().split('.') as [string, string]
    const signature = Buffer.alloc(64)
    const verdicts = Array.from({ length: 10_010 }, (_, i) => {
      signature.writeUInt32BE(i)
      return waiting.validator.validate(`${header}.${payload}.${encode(signature)}`)
    })
    const reasons = await Promise.all(verdicts.map(outcome))
    expect(reasons.filter((reason) => reason === 'overloaded')).toHaveLength(10)
    expect(new Set(reasons.slice(0, 10_000))).toEqual(new Set(['late']))
    await tearDown(waiting)
  })

  test('after close there are no verdicts', async () => {
    const token = s.token()
    await s.validator.validate(token)
    s.validator.close()
    expect(await outcome(s.validator.validate(token))).toBe('closed')
  })
})

test('1,000 concurrent requests with one new token cost one request and one verification', async () => {
  const token = s.token()
  const verdicts = await Promise.all(Array.from({ length: 1_000 }, async () => s.validator.validate(token)))
  expect(new Set(verdicts).size).toBe(1)
  expect(verdicts[0]).toMatchObject({ ok: true })
  expect(s.server.requests).toEqual(['/jwks'])
})

test('scope hierarchies reach the principal, not the token', async () => {
  const scopeHierarchy = { 'tools:admin': ['tools:write'], 'tools:write': ['tools:read'] }
  const tree = await setup({ scopeHierarchy })
  expect(await tree.validator.validate(tree.token({ scope: 'tools:admin' }))).toMatchObject({
    principal: { scopes: ['tools:admin', 'tools:write', 'tools:read'] },
    token: { scopes: ['tools:admin'] },
  })
  await tearDown(tree)
})

test('a listener that throws decides nothing', async () => {
  const noisy = await setup({
    onEvent: () => {
      throw new Error('listener')
    },
  })
  expect(await outcome(noisy.validator.validate(noisy.token()))).toBe('accepted')
  await tearDown(noisy)
})

test.each([
  [{ issuer: 'issuer.example' }],
  [{ issuer: 'http://issuer.example' }],
  [{ issuer: 'https://issuer.example/?a=b' }],
  [{ issuer: 'https://issuer.example/#a' }],
  [{ issuer: 'https://me:secret@issuer.example' }],
  [{ jwksUri: 'http://issuer.example/jwks' }],
  [{ jwksUri: 'file:///etc/passwd' }],
  [{ audience: [] }],
  [{ audience: '' }],
  [{ algorithms: [] }],
  [{ algorithms: ['HS256' as 'RS256'] }],
  [{ algorithms: ['none' as 'RS256'] }],
  [{ deadlineMs: 0 }],
  [{ deadlineMs: Number.NaN }],
  [{ clockToleranceMs: -1 }],
  [{ cache: { ttlMs: 60_001 } }],
  [{ cache: { maxEntries: -1 } }],
  [{ fingerprintKey: { keyId: 'k', key: Buffer.alloc(31) } }],
  [{ fingerprintKey: { keyId: 'k:k', key: Buffer.alloc(32) } }],
  [{ scopeHierarchy: { 'a b': [] } }],
])('option %j is refused', (option) => {
  const good = {
    issuer: ISSUER,
    audience: AUDIENCE,
    fetch: s.server.fetch,
    fingerprintKey: { keyId: 'k', key: Buffer.alloc(32) },
  }
  expect(() => createTokenValidator(good)).not.toThrow()
  expect(() => createTokenValidator({ ...good, ...option })).toThrow(RingfenceError)
})
