import { DenyError, Principal, guards, problem, requireScopes, type ReplayStore } from '@ringfence/guard'
import { verifies, violates } from '@ringfence/policy'
import { describe, expect, test } from 'vitest'
import { generateApiKey, hmacAuth, keyRing, memoryReplayStore, type Freshness } from '../src/index.ts'
import { contentDigest } from '../src/client.ts'
import { parseDictionary } from '../src/structured-fields/parse.ts'
import type { InnerList } from '../src/structured-fields/values.ts'
import { AUTHORITY, BODY, TAG, field, fixture, reasonFor, received, withField } from './support/fixture.ts'
import { signWith } from './support/sign-with.ts'

describe('accepts', () => {
  test('a signed request, synchronously, and says who sent it', () => {
    const { guard, sign, key } = fixture()
    const outcome = guard.check(received({ headers: sign(), body: BODY }), {})
    expect(outcome).not.toBeInstanceOf(Promise)
    if (outcome instanceof Promise || !outcome.ok) throw new Error('refused')
    expect(Principal.is(outcome.adds.principal)).toBe(true)
    expect(outcome.adds.principal).toMatchObject({ kind: 'api-key', id: key.id, scopes: ['trade'] })
    expect(outcome.adds.signature.isFresh()).toBe(true)
  })

  test('a GET without a body, and a body that arrives later', async () => {
    const { guard, sign } = fixture()
    const url = `http://${AUTHORITY}/v1/orders`
    const get = withField(withField(sign({ method: 'GET', url, body: '' }), 'content-type'), 'content-digest')
    expect(await reasonFor(guard, { method: 'GET', target: '/v1/orders', headers: get })).toBe('accepted')
    expect(await reasonFor(guard, { headers: sign(), body: BODY, upload: () => undefined })).toBe('accepted')
  })

  test('the signature of another application beside ours, wherever it stands', async () => {
    const { guard, sign } = fixture()
    for (const order of ['first', 'last'] as const) {
      const headers = sign()
      const input = field(headers, 'signature-input')
      const signature = field(headers, 'signature')
      const foreign = ['other=("@status" "x-unknown");tag="other-app"', 'other=:AAAA:'] as const
      const join = (own: string, other: string): string => (order === 'first' ? `${other}, ${own}` : `${own}, ${other}`)
      const both = withField(
        withField(headers, 'signature-input', join(input, foreign[0])),
        'signature',
        join(signature, foreign[1]),
      )
      expect(await reasonFor(guard, { headers: both, body: BODY })).toBe('accepted')
    }
  })

  test('a signature although a forged one carries our tag too', async () => {
    const { guard, sign } = fixture()
    const headers = sign()
    const forged = field(sign(), 'signature-input').replace('sig=', 'forged=')
    const both = withField(
      withField(headers, 'signature-input', `${forged}, ${field(headers, 'signature-input')}`),
      'signature',
      `forged=:${'A'.repeat(43)}=:, ${field(headers, 'signature')}`,
    )
    expect(await reasonFor(guard, { headers: both, body: BODY })).toBe('accepted')
  })
})

describe('refuses', () => {
  test('missing and half credentials, with a challenge that tells how to sign', async () => {
    const { guard, sign } = fixture()
    const missing = await guard.check(
      received({
        headers: [
          ['host', AUTHORITY],
          ['content-length', '9'],
        ],
      }),
      {},
    )
    expect(missing).toMatchObject({ ok: false, code: 'credentials_missing' })
    expect(missing.headers).toEqual([
      ['www-authenticate', `Signature realm="${TAG}"`],
      [
        'accept-signature',
        `sig=("@method" "@authority" "@path" "@query" "content-type" "content-digest");created;alg="hmac-sha256";tag="${TAG}"`,
      ],
    ])
    for (const name of ['signature', 'signature-input']) {
      expect(await reasonFor(guard, { headers: withField(sign(), name), body: BODY })).toBe('field_missing')
    }
  })

  test.each([
    [
      'a body',
      [
        ['content-type', 'application/json'],
        ['content-digest', contentDigest(Buffer.from(BODY))],
      ],
    ],
    [
      'a body, a session and a version',
      [
        ['content-type', 'text/plain'],
        ['content-digest', contentDigest(Buffer.from(BODY))],
        ['x-session-id', 's'],
        ['x-api-version', '1'],
      ],
    ],
  ] as const)('a client that signs %s as the challenge says is accepted', async (_, fields) => {
    const { guard, key, clock } = fixture()
    const sent = [['host', AUTHORITY], ['content-length', String(BODY.length)], ...fields] as const
    const request = received({ headers: sent, body: BODY })
    const challenge = (await guard.check(request, {})).headers!.find(([name]) => name === 'accept-signature')![1]
    const asked = parseDictionary(challenge).get('sig') as InnerList
    const components = asked.items.map(({ value }) => value as string)
    const parameters = { ...Object.fromEntries(asked.parameters), created: clock.now() / 1000 }
    expect(Object.keys(parameters)).toEqual(['created', 'alg', 'tag'])
    const signed = Object.entries(signWith(key, request, components, parameters))
    expect(await reasonFor(guard, { headers: [...sent, ...signed], body: BODY })).toBe('accepted')
    const less = Object.entries(signWith(key, request, components.slice(0, -1), parameters))
    expect(await reasonFor(guard, { headers: [...sent, ...less], body: BODY })).not.toBe('accepted')
  })

  verifies('TR-05', 'a request without a key, with a foreign key, a wrong MAC or another body is refused', async () => {
    const { guard, sign } = fixture()
    const stranger = generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] })
    expect(await reasonFor(guard, { headers: [['host', AUTHORITY]], body: BODY })).toBe('signature_missing')
    expect(await reasonFor(guard, { headers: sign({ keyId: stranger.id }), body: BODY })).toBe('key_unknown')
    expect(await reasonFor(guard, { headers: sign({ secret: stranger.secret }), body: BODY })).toBe('mac_wrong')
    expect(await reasonFor(guard, { headers: sign(), body: BODY.replace('1', '2') })).toBe('digest_mismatch')
    const bearer: [string, string][] = [
      ['host', AUTHORITY],
      ['authorization', 'Bearer eyJhbGciOiJub25lIn0.e30.'],
    ]
    expect(await reasonFor(guard, { headers: bearer, body: BODY })).toBe('signature_missing')
  })

  violates('TR-05', 'a guard that lets everybody in fails the same check', async () => {
    const open = { ...fixture().guard, check: () => ({ ok: true, adds: {} }) as never }
    expect(await reasonFor(open, { headers: [['host', AUTHORITY]], body: BODY })).toBe('accepted')
  })

  test('another method, path, query or host than the signed one', async () => {
    const { guard, sign } = fixture({ authorities: [AUTHORITY, 'localhost:7101'] })
    const send = { headers: sign(), body: BODY }
    expect(await reasonFor(guard, { ...send, method: 'PUT' })).toBe('mac_wrong')
    expect(await reasonFor(guard, { ...send, method: 'post' })).toBe('mac_wrong')
    expect(await reasonFor(guard, { ...send, target: '/v1/orders2?dry=1' })).toBe('mac_wrong')
    expect(await reasonFor(guard, { ...send, target: '/v1/./orders?dry=1' })).toBe('mac_wrong')
    expect(await reasonFor(guard, { ...send, target: '/v1/orders?dry=0' })).toBe('mac_wrong')
    expect(await reasonFor(guard, { ...send, target: '/v1/orders' })).toBe('mac_wrong')
    expect(await reasonFor(guard, { ...send, target: `http://${AUTHORITY}/v1/orders?dry=1` })).toBe('component_invalid')
    expect(await reasonFor(guard, { ...send, headers: withField(sign(), 'host', 'localhost:7101') })).toBe('mac_wrong')
    expect(await reasonFor(guard, { ...send, headers: withField(sign(), 'host', 'evil.example') })).toBe('host_unknown')
    expect(await reasonFor(guard, { ...send, headers: [...sign(), ['host', AUTHORITY]] })).toBe('host_unknown')
    expect(await reasonFor(guard, { ...send, headers: withField(sign(), 'host') })).toBe('host_unknown')
  })

  test('a default port may be named in the configuration, and is the one of the scheme', async () => {
    const { guard, sign } = fixture({ authorities: ['127.0.0.1:80', 'localhost:443'] })
    const ask = (scheme: string, host: string): Promise<string> => {
      const headers = withField(sign({ url: `${scheme}://${host}/v1/orders?dry=1` }), 'host', host)
      return reasonFor(guard, { headers, body: BODY, encrypted: scheme === 'https' })
    }
    expect(await ask('http', '127.0.0.1')).toBe('accepted')
    expect(await ask('http', '127.0.0.1:80')).toBe('accepted')
    expect(await ask('https', '127.0.0.1:80')).toBe('accepted')
    expect(await ask('https', '127.0.0.1')).toBe('host_unknown')
    expect(await ask('https', 'localhost')).toBe('accepted')
    expect(await ask('http', 'localhost')).toBe('host_unknown')
  })

  test('a field that occurs twice, or that changes the meaning from outside the signature', async () => {
    const { guard, sign } = fixture()
    for (const name of ['content-type', 'content-digest', 'x-session-id', 'x-api-version']) {
      const headers = sign({ sessionId: 's', headers: { 'x-api-version': '1' } })
      const twice: [string, string][] = [...headers, [name, field(headers, name)]]
      expect(await reasonFor(guard, { headers: twice, body: BODY })).toBe('field_repeated')
    }
    for (const name of ['x-session-id', 'x-api-version']) {
      expect(await reasonFor(guard, { headers: withField(sign(), name, '1'), body: BODY })).toBe('component_missing')
    }
    const get = withField(sign({ method: 'GET', body: '' }), 'content-digest', contentDigest(new Uint8Array()))
    expect(await reasonFor(guard, { method: 'GET', headers: get })).toBe('component_missing')
  })

  test('a body although the signature covers none', async () => {
    const { guard, sign } = fixture()
    expect(await reasonFor(guard, { headers: sign({ body: '' }), body: BODY })).toBe('body_uncovered')
    expect(await reasonFor(guard, { headers: sign(), body: '' })).toBe('digest_mismatch')
  })

  test('more than four signatures', async () => {
    const { guard, sign } = fixture()
    const headers = sign()
    const extra = ['a', 'b', 'c', 'd'].map((label) => `${label}=("@method");tag="x"`).join(', ')
    const many = withField(headers, 'signature-input', `${field(headers, 'signature-input')}, ${extra}`)
    expect(await reasonFor(guard, { headers: many, body: BODY })).toBe('too_many_signatures')
  })

  test('two right signatures of two keys: nobody may decide who it was', async () => {
    const keys = ['read', 'trade'].map((scope) => generateApiKey({ scope: scope as 'read', allow: ['127.0.0.1'] }))
    const { guard, sign } = fixture({ keys })
    const [one, two] = keys.map((key) => sign({ keyId: key.id, secret: key.secret })) as [
      [string, string][],
      [string, string][],
    ]
    const join = (name: string): string => `${field(one, name)}, ${field(two, name).replace('sig=', 'sig2=')}`
    const both = withField(withField(one, 'signature-input', join('signature-input')), 'signature', join('signature'))
    expect(await reasonFor(guard, { headers: both, body: BODY })).toBe('signature_ambiguous')
  })

  test('a signature of another length than a MAC', async () => {
    const { guard, sign } = fixture()
    for (const bytes of [0, 1, 31, 33, 64]) {
      const headers = withField(sign(), 'signature', `sig=:${Buffer.alloc(bytes).toString('base64')}:`)
      expect(await reasonFor(guard, { headers, body: BODY })).toBe('mac_wrong')
    }
  })

  test('an untagged signature, and one for another application', async () => {
    const { guard, sign } = fixture()
    expect(await reasonFor(guard, { headers: sign({ tag: 'other-app' }), body: BODY })).toBe('tag_unknown')
  })
})

describe('window', () => {
  test.each([
    [-1_001, 'created_in_future'],
    [-1_000, 'accepted'],
    [0, 'accepted'],
    [5_000, 'accepted'],
    [5_001, 'created_too_old'],
  ] as const)('%i ms after created: %s', async (age, reason) => {
    const { guard, sign, clock } = fixture()
    const headers = sign()
    clock.advance(age)
    expect(await reasonFor(guard, { headers, body: BODY })).toBe(reason)
  })

  test('a signature that ages while its body arrives is refused, and so is a handler that asks later', async () => {
    const { guard, sign, clock } = fixture()
    const slow = { headers: sign(), body: BODY, upload: () => clock.advance(5_001) }
    expect(await reasonFor(guard, slow)).toBe('created_too_old')
    clock.advance(999)
    const outcome = await guard.check(received({ headers: sign(), body: BODY }), {})
    if (!outcome.ok) throw new Error('refused')
    clock.advance(5_000)
    expect(outcome.adds.signature.isFresh()).toBe(true)
    clock.advance(1)
    expect(outcome.adds.signature.isFresh()).toBe(false)
  })

  test('a clock that does not know the time accepts nothing', async () => {
    const { guard, sign, clock } = fixture()
    const headers = sign()
    clock.time = NaN
    expect(await reasonFor(guard, { headers, body: BODY })).not.toBe('accepted')
  })
})

describe('order of verification', () => {
  test('a stolen header with another body does not burn its nonce', async () => {
    const { guard, sign } = fixture()
    const headers = sign()
    expect(await reasonFor(guard, { headers, body: '{"evil":true}' })).toBe('digest_mismatch')
    expect(await reasonFor(guard, { headers, body: BODY })).toBe('accepted')
    expect(await reasonFor(guard, { headers, body: BODY })).toBe('nonce_replayed')
  })

  test('nobody without a right key, address and fresh signature makes the server read a body or ask the store', async () => {
    const seen: string[] = []
    const replay: ReplayStore = { consume: () => (seen.push('nonce'), 'fresh') }
    const { guard, sign, clock } = fixture({ replay })
    const stranger = generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] })
    const old = sign()
    clock.advance(6_000)
    const cases = [
      { headers: sign({ keyId: stranger.id }) },
      { headers: sign({ secret: stranger.secret }) },
      { headers: sign(), address: '192.0.2.1' },
      { headers: old },
    ]
    for (const one of cases) {
      await reasonFor(guard, { ...one, body: BODY, upload: () => void seen.push('body') })
    }
    expect(seen).toEqual([])
    await reasonFor(guard, { headers: sign(), body: 'other', upload: () => void seen.push('body') })
    expect(seen).toEqual(['body'])
  })

  test('a body over the limit is refused while counting, after the MAC', async () => {
    const { guard, sign } = fixture()
    const large = 'x'.repeat(10_241)
    expect(() => guard.check(received({ headers: sign({ body: large }), body: large }), {})).toThrow(DenyError)
    const unsigned = withField(sign({ body: large }), 'signature', `sig=:${'A'.repeat(43)}=:`)
    expect(await reasonFor(guard, { headers: unsigned, body: large })).toBe('mac_wrong')
    const exact = 'x'.repeat(10_240)
    expect(await reasonFor(guard, { headers: sign({ body: exact }), body: exact })).toBe('accepted')
  })
})

describe('keys', () => {
  test('a key works from notBefore, and no longer at notAfter', async () => {
    const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 22, 12, 0, seconds)).toISOString()
    const key = generateApiKey({ scope: 'read', allow: ['127.0.0.1'], notBefore: at(20), notAfter: at(30) })
    const { guard, sign, clock } = fixture({ keys: [key] })
    const asked = (): Promise<string> =>
      reasonFor(guard, { headers: sign({ keyId: key.id, secret: key.secret }), body: BODY })
    expect(await asked()).toBe('key_not_yet_valid')
    clock.advance(9_999)
    expect(await asked()).toBe('key_not_yet_valid')
    clock.advance(1)
    expect(await asked()).toBe('accepted')
    clock.advance(9_999)
    expect(await asked()).toBe('accepted')
    clock.advance(1)
    expect(await asked()).toBe('key_expired')
  })

  test('during a rotation both secrets work, the old one exactly until its deadline', async () => {
    const old = generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] })
    const { secret } = generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] })
    const key = { ...old, secret, previous: { secret: old.secret, notAfter: '2026-11-22T12:00:20Z' } }
    const { guard, sign, clock } = fixture({ keys: [key] })
    const asked = (text: string): Promise<string> =>
      reasonFor(guard, { headers: sign({ keyId: old.id, secret: text }), body: BODY })
    expect(await asked(old.secret)).toBe('accepted')
    expect(await asked(secret)).toBe('accepted')
    clock.advance(9_999)
    expect(await asked(old.secret)).toBe('accepted')
    clock.advance(1)
    expect(await asked(old.secret)).toBe('key_expired')
    expect(await asked(secret)).toBe('accepted')
  })

  test('whether anybody still uses the old secret is known, also over an exchange of the keys', async () => {
    const old = generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] })
    const { secret } = generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] })
    const keys = keyRing([old])
    const { guard, sign, clock } = fixture({ keys })
    const use = (text: string): Promise<string> =>
      reasonFor(guard, { headers: sign({ keyId: old.id, secret: text }), body: BODY })
    await use(old.secret)
    const before = clock.now()
    keys.replace([{ ...old, secret, previous: { secret: old.secret, notAfter: '2026-11-23T12:00:00Z' } }])
    expect([keys.lastUsed(old.id), keys.previousLastUsed(old.id)]).toEqual([before, before])
    clock.advance(1_000)
    await use(secret)
    expect([keys.lastUsed(old.id), keys.previousLastUsed(old.id)]).toEqual([before + 1_000, before])
    expect([keys.lastUsed('rfk_nobody'), keys.previousLastUsed('rfk_nobody')]).toEqual([undefined, undefined])
  })

  test('the old secret dies at its deadline even for a request whose body is on its way', async () => {
    const old = generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] })
    const { secret } = generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] })
    const key = { ...old, secret, previous: { secret: old.secret, notAfter: '2026-11-22T12:00:11Z' } }
    const { guard, sign, clock } = fixture({ keys: [key] })
    const headers = sign({ keyId: old.id, secret: old.secret })
    expect(await reasonFor(guard, { headers, body: BODY, upload: () => clock.advance(1_000) })).toBe('key_expired')
  })

  test('a key that is withdrawn while the body arrives is refused; one that is only reloaded is not', async () => {
    const key = generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] })
    const other = generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] })
    const keys = keyRing([key])
    const { guard, sign, clock } = fixture({ keys })
    const own = { keyId: key.id, secret: key.secret }
    const reload = { headers: sign(own), body: BODY, upload: () => keys.replace([key, other]) }
    expect(await reasonFor(guard, reload)).toBe('accepted')
    expect(keys.lastUsed(key.id)).toBe(clock.now())
    const withdraw = { headers: sign(own), body: BODY, upload: () => keys.replace([other]) }
    expect(await reasonFor(guard, withdraw)).toBe('key_unknown')
    expect(keys.lastUsed(key.id)).toBeUndefined()
  })

  test('a handler that asks later is told that the key has expired or was withdrawn since', async () => {
    const key = generateApiKey({ scope: 'trade', allow: ['127.0.0.1'], notAfter: '2026-11-22T12:00:12Z' })
    const other = generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] })
    const keys = keyRing([key])
    const { guard, sign, clock } = fixture({ keys })
    const accepted = async (): Promise<Freshness> => {
      const headers = sign({ keyId: key.id, secret: key.secret })
      const outcome = await guard.check(received({ headers, body: BODY }), {})
      if (!outcome.ok) throw new Error('refused')
      return outcome.adds.signature
    }
    const signature = await accepted()
    expect(signature.isFresh()).toBe(true)
    keys.replace([other])
    expect(signature.isFresh()).toBe(false)
    keys.replace([{ ...key, secret: other.secret }])
    expect(signature.isFresh()).toBe(false)
    keys.replace([key, other])
    expect(signature.isFresh()).toBe(true)
    const previous = { secret: key.secret, notAfter: '2026-11-22T12:00:11Z' }
    keys.replace([{ ...key, secret: other.secret, previous }])
    clock.advance(999)
    expect(signature.isFresh()).toBe(true)
    clock.advance(1)
    expect(signature.isFresh()).toBe(false)
    keys.replace([key])
    const last = await accepted()
    clock.advance(999)
    expect(last.isFresh()).toBe(true)
    clock.advance(1)
    expect(last.isFresh()).toBe(false)
  })

  verifies('TR-08', 'a read key can never trade, and a trade key can never read', async () => {
    for (const scope of ['read', 'trade'] as const) {
      const key = generateApiKey({ scope, allow: ['127.0.0.1'] })
      const { guard, sign } = fixture({ keys: [key] })
      const request = (): ReturnType<typeof received> =>
        received({ headers: sign({ keyId: key.id, secret: key.secret }), body: BODY })
      const other = scope === 'read' ? 'trade' : 'read'
      expect(await guards().use(guard).use(requireScopes(scope)).run(request())).toMatchObject({ ok: true })
      expect(await guards().use(guard).use(requireScopes(other)).run(request())).toMatchObject({
        code: 'insufficient_scope',
      })
    }
  })

  violates('TR-08', 'a chain without a scope check lets a read key through', async () => {
    const key = generateApiKey({ scope: 'read', allow: ['127.0.0.1'] })
    const { guard, sign } = fixture({ keys: [key] })
    const request = received({ headers: sign({ keyId: key.id, secret: key.secret }), body: BODY })
    expect(await guards().use(guard).run(request)).toMatchObject({ ok: true })
  })
})

describe('addresses', () => {
  /** Asks with a key of these limits, from this address, through this entry. */
  const ask = (
    limits: { allow: string[]; entry?: string[] },
    address: string,
    entry = '127.0.0.2:7101',
  ): Promise<string> => {
    const key = generateApiKey({ scope: 'trade', ...limits })
    const { guard, sign } = fixture({ keys: [key] })
    return reasonFor(guard, { headers: sign({ keyId: key.id, secret: key.secret }), body: BODY, address, entry })
  }
  const OFFICE = { allow: ['192.0.2.0/24'] }

  verifies(['TR-09/key', 'TR-04/addresses'], 'a key is refused from an address outside its own list', async () => {
    expect(await ask(OFFICE, '192.0.2.7')).toBe('accepted')
    expect(await ask(OFFICE, '192.0.3.7')).toBe('address_not_allowed')
    expect(await ask(OFFICE, '')).toBe('address_unknown')
  })

  violates(['TR-09/key', 'TR-04/addresses'], 'a list that is too wide lets the same address in', async () => {
    expect(await ask({ allow: ['192.0.0.0/8'] }, '192.0.3.7')).toBe('accepted')
  })

  verifies('TR-09/canonical', 'every spelling of an address is canonical or refused', async () => {
    expect(await ask(OFFICE, '::ffff:192.0.2.7')).toBe('accepted')
    expect(await ask(OFFICE, '::FFFF:C000:0207')).toBe('accepted')
    for (const address of [
      '::192.0.2.7',
      '64:ff9b::192.0.2.7',
      '192.0.2.007',
      '192.0.2.7 ',
      '3221226247',
      '192.0.2.7:80',
    ]) {
      expect(await ask(OFFICE, address)).not.toBe('accepted')
    }
  })

  violates('TR-09/canonical', 'comparing texts would refuse a spelling that is allowed', () => {
    expect('::ffff:192.0.2.7'.startsWith('192.0.2.')).toBe(false)
  })

  verifies('TR-09/entry', 'a key pinned to a tunnel entry is refused through another one', async () => {
    const pinned = { allow: ['127.0.0.0/8'], entry: ['127.0.0.2:7101'] }
    expect(await ask(pinned, '127.0.0.1', '127.0.0.2:7101')).toBe('accepted')
    expect(await ask(pinned, '127.0.0.1', '127.0.0.3:7101')).toBe('entry_not_allowed')
    expect(await ask(pinned, '127.0.0.1', '127.0.0.2:7102')).toBe('entry_not_allowed')
  })

  test('a pin holds however the address is spelled', async () => {
    for (const pin of ['[::1]:7101', '[0:0:0:0:0:0:0:1]:7101']) {
      expect(await ask({ allow: ['127.0.0.0/8'], entry: [pin] }, '127.0.0.1', '::1:7101')).toBe('accepted')
      expect(await ask({ allow: ['127.0.0.0/8'], entry: [pin] }, '127.0.0.1', '::1:710')).toBe('entry_not_allowed')
      expect(await ask({ allow: ['127.0.0.0/8'], entry: [pin] }, '127.0.0.1', '::2:7101')).toBe('entry_not_allowed')
    }
    for (const pin of ['127.0.0.2:7101', '[::ffff:127.0.0.2]:7101']) {
      const through = (entry: string): Promise<string> =>
        ask({ allow: ['127.0.0.0/8'], entry: [pin] }, '127.0.0.1', entry)
      expect(await through('127.0.0.2:7101')).toBe('accepted')
      expect(await through('::ffff:127.0.0.2:7101')).toBe('accepted')
      for (const none of ['', ':7101', '127.0.0.2', '127.0.0.2:07101', 'undefined:7101']) {
        expect(await through(none)).toBe('entry_not_allowed')
      }
    }
  })

  violates('TR-09/entry', 'a key without a pin passes through every entry', async () => {
    expect(await ask({ allow: ['127.0.0.0/8'] }, '127.0.0.1', '127.0.0.3:7101')).toBe('accepted')
  })

  /** Asks through a peer that forwards for the allowed address. */
  const forwarded = (trustedProxies: string[], peer: string): Promise<string> => {
    const key = generateApiKey({ scope: 'trade', ...OFFICE })
    const { guard, sign } = fixture({ keys: [key], trustedProxies })
    const headers = [...sign({ keyId: key.id, secret: key.secret }), ['x-forwarded-for', '192.0.2.7'] as const]
    return reasonFor(guard, { headers, body: BODY, address: peer })
  }

  verifies('TR-09/proxies', 'a forwarded address is believed only from a trusted proxy', async () => {
    expect(await forwarded(['10.0.0.0/24'], '10.0.0.1')).toBe('accepted')
    expect(await forwarded(['10.0.0.0/24'], '10.0.1.1')).toBe('address_not_allowed')
    expect(await forwarded([], '10.0.0.1')).toBe('address_not_allowed')
  })

  violates('TR-09/proxies', 'whoever trusts a wider net believes the stranger', async () => {
    expect(await forwarded(['10.0.0.0/8'], '10.0.1.1')).toBe('accepted')
  })
})

describe('replay store', () => {
  test.each([
    ['replayed', 'nonce_replayed', 'request_replayed'],
    ['before_epoch', 'created_before_epoch', 'dependency_unavailable'],
    ['full', 'replay_store_full', 'dependency_unavailable'],
    ['of another version', 'replay_store_failed', 'dependency_unavailable'],
  ] as const)('%s: %s', async (verdict, reason, code) => {
    for (const answer of [() => verdict, async () => verdict]) {
      const { guard, sign } = fixture({ replay: { consume: answer as ReplayStore['consume'] } })
      const outcome = await guard.check(received({ headers: sign(), body: BODY }), {})
      expect(outcome).toMatchObject({ code, internal: { reason } })
    }
  })

  test('a store that throws or rejects refuses', async () => {
    const error = new Error('down')
    for (const consume of [
      () => Promise.reject(error),
      () => {
        throw error
      },
    ]) {
      const { guard, sign } = fixture({ replay: { consume } })
      expect(await reasonFor(guard, { headers: sign(), body: BODY })).toBe('replay_store_failed')
    }
  })

  test('a process that just started accepts nothing that another may have accepted before', async () => {
    const { sign, clock, key } = fixture()
    const captured = sign()
    const restarted = hmacAuth({
      keys: [key],
      authorities: [AUTHORITY],
      tag: TAG,
      replay: memoryReplayStore({ clock }),
      clock,
    })
    expect(await reasonFor(restarted, { headers: captured, body: BODY })).toBe('created_before_epoch')
    clock.advance(1_000)
    expect(await reasonFor(restarted, { headers: sign(), body: BODY })).toBe('created_before_epoch')
    clock.advance(1_000)
    expect(await reasonFor(restarted, { headers: sign(), body: BODY })).toBe('accepted')
  })
})

test('unknown key, wrong MAC, wrong address and other body: one and the same public answer', async () => {
  const stranger = generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] })
  const { guard, sign } = fixture()
  const answers = await Promise.all(
    [
      { headers: sign({ keyId: stranger.id }), body: BODY },
      { headers: sign({ secret: stranger.secret }), body: BODY },
      { headers: sign(), body: BODY, address: '192.0.2.1' },
      { headers: sign(), body: BODY.replace('1', '2') },
    ].map(async (sent) => guard.check(received(sent), {})),
  )
  const seen = answers.map((answer) => {
    if (answer.ok) throw new Error('accepted')
    return JSON.stringify(problem(answer, 'the request id'))
  })
  expect(new Set(seen).size).toBe(1)
})

test('options are checked at start-up', () => {
  const { key } = fixture()
  const good = { keys: [key], authorities: [AUTHORITY], tag: TAG, replay: memoryReplayStore() }
  for (const bad of [
    { authorities: [] },
    { authorities: ['https://example.com'] },
    { authorities: ['Example.com'] },
    { tag: '' },
    { tag: 'a"b' },
    { keys: [] },
    { replay: {} as ReplayStore },
    { bodyLimit: -1 },
    { bodyLimit: NaN },
    { trustedProxies: ['0.0.0.0/0'] },
  ]) {
    expect(() => hmacAuth({ ...good, ...bad })).toThrow(expect.objectContaining({ name: 'RingfenceError' }))
  }
})
