import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createRequest, guards, type GuardRequest } from '@ringfence/guard'
import { bearerAuth, requireTokenScopes, insufficientScope } from '../src/index.ts'
import { mcpAuthInfo } from '../src/mcp.ts'
import { hang, status } from './support/authorization-server.ts'
import { AUDIENCE } from './support/issuer.ts'
import { setup, tearDown, type Setup } from './support/validator.ts'

const METADATA = 'resource_metadata="https://tools.example/.well-known/oauth-protected-resource/mcp"'

let s: Setup

beforeEach(async () => {
  s = await setup()
})
afterEach(() => tearDown(s))

function request(authorization: string | readonly string[] = [], target: string = '/mcp'): GuardRequest {
  const values = typeof authorization === 'string' ? [authorization] : authorization
  return createRequest({
    id: 'r-1',
    route: 'POST /mcp',
    method: 'POST',
    target,
    receivedAt: 0,
    peer: { address: '127.0.0.1', entry: '127.0.0.1:7102', encrypted: false },
    rawHeaders: values.flatMap((value) => ['Authorization', value]),
    signal: () => new AbortController().signal,
    read: () => new Uint8Array(),
  })
}

describe('TS-05 TS-09 bearerAuth', () => {
  const guard = (): ReturnType<typeof bearerAuth> =>
    bearerAuth({ validator: s.validator, resource: AUDIENCE, scopes: ['tools:read'] })

  test('adds principal and token, synchronously once the token is known', async () => {
    const authorization = `Bearer ${s.token()}`
    expect(await guard().check(request(authorization), {})).toMatchObject({
      ok: true,
      adds: { principal: { id: 'agent-7' } },
    })
    expect(guard().check(request(authorization), {})).toMatchObject({
      ok: true,
      adds: { token: { tokenId: 'token-1' } },
    })
    expect(guard().check(request(authorization.replace('Bearer', 'bEARER')), {})).toMatchObject({ ok: true })
  })

  test.each([
    ['no Authorization field', []],
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    ['a scheme that only begins like it', 'Bearerish abc'],
    ['an empty field', ''],
  ])('RFC 6750 3.1: %s is a 401 whose challenge names no error', (_, authorization) => {
    expect(guard().check(request(authorization), {})).toEqual({
      ok: false,
      code: 'credentials_missing',
      headers: [['www-authenticate', `Bearer scope="tools:read", ${METADATA}`]],
    })
    expect(guard().presents!(request(authorization))).toBe(false)
  })

  test.each<[string, (token: string) => string | string[], target?: string]>([
    ['the scheme alone', () => 'Bearer'],
    ['a scheme and a space', () => 'Bearer '],
    ['two spaces', (token) => `Bearer  ${token}`],
    ['a tab', (token) => `Bearer\t${token}`],
    ['a comma', (token) => `Bearer,${token}`],
    ['a word after the token', (token) => `Bearer ${token} junk`],
    ['two tokens', (token) => `Bearer ${token}, Bearer ${token}`],
    ['a quoted token', (token) => `Bearer "${token}"`],
    ['a character outside the alphabet', (token) => `Bearer ${token}!`],
    ['a byte outside ASCII', (token) => `Bearer ${token}é`],
    ['an oversized token', () => `Bearer ${'A'.repeat(8_193)}`],
    ['two fields', (token) => [`Bearer ${token}`, `Bearer ${token}`]],
    ['two fields of two schemes', (token) => ['Basic dXNlcjpwYXNz', `Bearer ${token}`]],
    ['a token in the query', (token) => `Bearer ${token}`, '/mcp?access_token=abc'],
    ['a token in the query alone', () => [], '/mcp?a=b&access_token=abc'],
  ])('RFC 6750 3.1: %s is a 400 invalid_request', async (_, make, target) => {
    const token = s.token()
    await s.validator.validate(token)
    const denied = guard().check(request(make(token), target), {})
    expect(denied).toMatchObject({ ok: false, code: 'credentials_malformed' })
    expect(JSON.stringify(denied)).toContain('Bearer error=\\"invalid_request\\"')
    expect(guard().presents!(request(make(token), target))).toBe(true)
  })

  test('a bad token is a 401 invalid_token; the reason stays inside, and no part of the token is anywhere', async () => {
    const token = s.token({ aud: 'https://other.example' })
    const denied = await guard().check(request(`Bearer ${token}`), {})
    expect(denied).toMatchObject({
      code: 'credentials_invalid',
      headers: [
        [
          'www-authenticate',
          `Bearer error="invalid_token", error_description="The access token is invalid or expired", scope="tools:read", ${METADATA}`,
        ],
      ],
      internal: { reason: 'wrong_audience', fingerprint: s.validator.fingerprint(token) },
    })
    for (const segment of token.split('.')) expect(JSON.stringify(denied)).not.toContain(segment)
  })

  test('TS-07 a late issuer is a 503 with Retry-After and no challenge', async () => {
    s.server.behave(hang)
    const started = performance.now()
    expect(await guard().check(request(`Bearer ${s.token()}`), {})).toEqual({
      ok: false,
      code: 'dependency_unavailable',
      headers: [['retry-after', '1']],
      internal: { reason: 'late' },
    })
    expect(performance.now() - started).toBeLessThan(500)
  })

  test('Retry-After is a second at least, also when the next try is already due', async () => {
    s.server.behave((response, incoming) => {
      s.clock.advance(5_000)
      status(500)(response, incoming)
    })
    expect(await guard().check(request(`Bearer ${s.token()}`), {})).toMatchObject({ headers: [['retry-after', '1']] })
  })

  test('in a chain, a missing scope is a 403 that names every scope of the operation', async () => {
    const chain = guards()
      .use(guard())
      .use(requireTokenScopes(AUDIENCE, 'tools:read', 'tools:delete'))
    const authorization = `Bearer ${s.token()}`
    expect(await chain.run(request(authorization))).toMatchObject({
      ok: false,
      code: 'insufficient_scope',
      headers: [
        [
          'www-authenticate',
          `Bearer error="insufficient_scope", error_description="The access token lacks a scope of this operation", scope="tools:read tools:delete", ${METADATA}`,
        ],
      ],
    })
    const allowed = guards()
      .use(guard())
      .use(requireTokenScopes(AUDIENCE, 'tools:read', 'tools:write'))
    // That it was not enough for one operation says nothing about the token: the next may need less.
    expect(await allowed.run(request(authorization))).toMatchObject({ ok: true })
    expect(await chain.run(request(authorization))).toMatchObject({ code: 'insufficient_scope' })
  })

  test('a principal that no guard issued has no scopes', () => {
    const forged = { ...Object.create(null), scopes: ['tools:read'], has: () => true } as never
    const check = (): unknown => requireTokenScopes(AUDIENCE, 'tools:read').check(request(), { principal: forged })
    expect(check).toThrow(/not issued/)
  })

  test('what an MCP server is handed has the fingerprint where the token would be', async () => {
    const token = s.token()
    const outcome = await guards()
      .use(guard())
      .run(request(`Bearer ${token}`))
    const info = outcome.ok ? mcpAuthInfo(outcome.adds, AUDIENCE) : undefined
    expect(info).toMatchObject({
      token: s.validator.fingerprint(token),
      clientId: 'client-1',
      scopes: ['tools:read', 'tools:write'],
      expiresAt: s.clock.now() / 1_000 + 600,
      extra: { subject: 'agent-7' },
    })
    expect(info?.resource.href).toBe(AUDIENCE)
  })

  test('offline_access is never asked for, and neither is what is no scope', () => {
    expect(() => bearerAuth({ validator: s.validator, resource: AUDIENCE, scopes: ['offline_access'] })).toThrow(
      /offline_access/,
    )
    expect(() => requireTokenScopes(AUDIENCE, 'offline_access')).toThrow(/offline_access/)
    expect(() => insufficientScope(AUDIENCE, ['a", error="x'])).toThrow(/scope tokens/)
  })
})
