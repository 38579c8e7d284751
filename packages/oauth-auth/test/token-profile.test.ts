import { expect, test } from 'vitest'
import { createTokenValidator, TOKEN_PROFILES, type TokenProfile } from '../src/index.ts'
import { AUDIENCE, ISSUER } from './support/issuer.ts'
import { outcome, setup, tearDown } from './support/validator.ts'

interface Issuer {
  readonly profile: Partial<TokenProfile>
  readonly otherAudiences?: readonly string[]
  readonly header: Record<string, unknown>
  readonly claims: Record<string, unknown>
}

const WITHOUT = { client_id: undefined, jti: undefined, scope: undefined }
const USERINFO = 'https://tenant.example/userinfo'

const ISSUERS: Record<string, Issuer> = {
  'Auth0, RFC 9068 profile': {
    profile: {},
    otherAudiences: [USERINFO],
    header: { typ: 'at+jwt' },
    claims: { aud: [AUDIENCE, USERINFO] },
  },
  'Auth0, its own profile': {
    profile: TOKEN_PROFILES.auth0,
    header: { typ: 'JWT' },
    claims: { ...WITHOUT, azp: 'client-1', scope: 'tools:read tools:write' },
  },
  'Entra ID v2.0': {
    profile: TOKEN_PROFILES.entra,
    header: { typ: 'JWT' },
    claims: { ...WITHOUT, azp: 'client-1', scp: 'tools:read tools:write', uti: 'u-1', ver: '2.0' },
  },
  Keycloak: {
    profile: TOKEN_PROFILES.keycloak,
    header: { typ: 'JWT' },
    claims: { ...WITHOUT, azp: 'client-1', jti: 'j-1', typ: 'Bearer', scope: 'tools:read tools:write' },
  },
  'Okta, custom server': {
    profile: TOKEN_PROFILES.okta,
    header: { typ: undefined },
    claims: { ...WITHOUT, cid: 'client-1', scp: ['tools:read', 'tools:write'], jti: 'AT.1', ver: 1 },
  },
}

test.each(Object.entries(ISSUERS))('%s: accepted with its profile, refused without', async (name, issuer) => {
  const { profile, otherAudiences = [], header, claims } = issuer
  const s = await setup({ profile, otherAudiences })
  expect(await s.validator.validate(s.token(claims, header))).toMatchObject({
    ok: true,
    principal: { clientId: 'client-1', scopes: ['tools:read', 'tools:write'] },
  })
  await tearDown(s)

  const strict = await setup()
  const refusal = name === 'Auth0, RFC 9068 profile' ? 'wrong_audience' : 'wrong_type'
  expect(await outcome(strict.validator.validate(strict.token(claims, header)))).toBe(refusal)
  await tearDown(strict)
})

test('a profile takes what its issuer writes, and of others only what lacks nothing it asks for', async () => {
  const names = ['Auth0, its own profile', 'Entra ID v2.0', 'Keycloak', 'Okta, custom server']
  for (const one of names) {
    const s = await setup({ profile: ISSUERS[one]!.profile })
    const accepted: string[] = []
    for (const other of names) {
      const { claims, header } = ISSUERS[other]!
      if ((await outcome(s.validator.validate(s.token(claims, header)))) === 'accepted') accepted.push(other)
    }
    // Auth0 writes no token id: whoever asks for none also takes a token that has one.
    expect(accepted).toEqual(one === 'Auth0, its own profile' ? [one, 'Entra ID v2.0', 'Keycloak'] : [one])
    await tearDown(s)
  }
})

test('a profile is as strict as the standard about what it names', async () => {
  const s = await setup({
    profile: { types: [null], clientId: 'cid', scope: 'scp', scopeForm: 'list', tokenId: 'uti' },
  })
  const good = { cid: 'c', scp: ['a'], uti: 'u' }
  const verdicts: [claims: Record<string, unknown>, typ: unknown, expected: string][] = [
    [good, undefined, 'accepted'],
    [{ ...good, scp: undefined }, undefined, 'accepted'],
    [good, 'at+jwt', 'wrong_type'],
    [{ ...good, cid: undefined }, undefined, 'claims_invalid'],
    [{ ...good, uti: undefined }, undefined, 'claims_invalid'],
    [{ ...good, uti: 7 }, undefined, 'claims_invalid'],
    [{ ...good, scp: 'a' }, undefined, 'claims_invalid'],
    [{ ...good, scp: ['a b'] }, undefined, 'claims_invalid'],
    [{ ...good, scp: [7] }, undefined, 'claims_invalid'],
    [{ ...good, scp: Array.from({ length: 129 }, (_, i) => `s${i}`) }, undefined, 'claims_invalid'],
  ]
  for (const [claims, typ, expected] of verdicts) {
    expect(await outcome(s.validator.validate(s.token(claims, { typ }))), JSON.stringify(claims)).toBe(expected)
  }
  await tearDown(s)
})

test.each<Partial<TokenProfile>>([
  { types: [] },
  { types: ['AT+JWT'] },
  { types: ['application/at+jwt'] },
  { clientId: '' },
  { tokenId: '' },
  { scopeForm: 'both' as 'list' },
])('profile %j is refused', (profile) => {
  const fingerprintKey = { keyId: 'k', key: Buffer.alloc(32) }
  const fetch = (): Promise<never> => Promise.reject(new Error('not asked'))
  const options = { issuer: ISSUER, audience: AUDIENCE, fetch, fingerprintKey }
  expect(() => createTokenValidator({ ...options, profile })).toThrow(/profile/)
})
