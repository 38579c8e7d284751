import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keyLoader, LoadError, metadataUrls, type KeyLoader } from '../../src/keys/load-keys.ts'
import {
  authorizationServer,
  cut,
  flood,
  hang,
  json,
  status,
  type AuthorizationServer,
  type Behaviour,
} from '../support/authorization-server.ts'
import { signingKey } from '../support/issuer.ts'

const key = signingKey('ES256')
let server: AuthorizationServer
let load: KeyLoader

beforeEach(async () => {
  server = await authorizationServer(status(404))
  load = keyLoader({
    issuer: `${server.origin}/tenant`,
    jwksUri: undefined,
    algorithms: ['ES256'],
    fetch: server.fetch,
  })
})
afterEach(() => server.close())

/** Serves documents by path, 404 for the rest. */
function documents(byPath: Record<string, unknown>): Behaviour {
  return (response, incoming) => {
    const document = byPath[incoming.url ?? '']
    return document === undefined ? status(404)(response, incoming) : json(document)(response, incoming)
  }
}

function metadata(): { issuer: string; jwks_uri: string } {
  return { issuer: `${server.origin}/tenant`, jwks_uri: server.jwksUri }
}

test('RFC 8414 3.1 and OpenID Discovery 4: where the metadata is', () => {
  expect(metadataUrls('https://issuer.example')).toEqual([
    'https://issuer.example/.well-known/oauth-authorization-server',
    'https://issuer.example/.well-known/openid-configuration',
  ])
  expect(metadataUrls('https://issuer.example/a/b/')).toEqual([
    'https://issuer.example/.well-known/oauth-authorization-server/a/b',
    'https://issuer.example/a/b/.well-known/openid-configuration',
  ])
})

describe('discovery', () => {
  test('asks RFC 8414 first, and once', async () => {
    server.behave(
      documents({ '/.well-known/oauth-authorization-server/tenant': metadata(), '/jwks': { keys: [key.jwk] } }),
    )
    expect((await load(AbortSignal.timeout(1_000))).size).toBe(1)
    expect((await load(AbortSignal.timeout(1_000))).size).toBe(1)
    expect(server.requests).toEqual(['/.well-known/oauth-authorization-server/tenant', '/jwks', '/jwks'])
  })

  test('then OpenID Connect', async () => {
    server.behave(documents({ '/tenant/.well-known/openid-configuration': metadata(), '/jwks': { keys: [key.jwk] } }))
    expect((await load(AbortSignal.timeout(1_000))).size).toBe(1)
    expect(server.requests).toHaveLength(3)
  })

  test('does not ask the second document while the first may only be away', async () => {
    server.behave(status(503))
    await expect(load(AbortSignal.timeout(1_000))).rejects.toMatchObject({ reason: 'status' })
    expect(server.requests).toHaveLength(1)
  })

  test.each<[string, Behaviour]>([
    ['a 404', status(404)],
    ['nothing', cut],
    ['something else', json({ moved: true })],
    ['more than anybody wants', flood],
  ])('is asked again when the keys have moved and %s is in their place', async (_, left) => {
    const path = '/.well-known/oauth-authorization-server/tenant'
    server.behave(documents({ [path]: metadata(), '/jwks': { keys: [key.jwk] } }))
    await load(AbortSignal.timeout(1_000))
    const moved = { [path]: { ...metadata(), jwks_uri: `${server.origin}/new` }, '/new': { keys: [key.jwk] } }
    server.behave((response, incoming) => (incoming.url === '/jwks' ? left : documents(moved))(response, incoming))
    await expect(load(AbortSignal.timeout(1_000))).rejects.toThrow(LoadError)
    expect((await load(AbortSignal.timeout(1_000))).size).toBe(1)
  })

  test.each<[string, (good: { issuer: string; jwks_uri: string }) => object]>([
    ['of another issuer', (good) => ({ ...good, issuer: 'https://other.example' })],
    ['of the issuer with a slash', (good) => ({ ...good, issuer: `${good.issuer}/` })],
    ['without an issuer', ({ jwks_uri }) => ({ jwks_uri })],
    ['without a key address', ({ issuer }) => ({ issuer })],
    ['with a key address that is no URL', (good) => ({ ...good, jwks_uri: '/jwks' })],
    ['with a key address of another scheme', (good) => ({ ...good, jwks_uri: 'file:///etc/passwd' })],
  ])('refuses metadata %s', async (_, document) => {
    server.behave(
      documents({
        '/.well-known/oauth-authorization-server/tenant': document(metadata()),
        '/jwks': { keys: [key.jwk] },
      }),
    )
    await expect(load(AbortSignal.timeout(1_000))).rejects.toMatchObject({ reason: 'metadata_invalid' })
  })
})

test.each<[string, Behaviour]>([
  ['status', status(404)],
  ['status', status(503)],
  ['unreachable', cut],
  ['too_large', flood],
  ['timeout', hang],
])('a load fails with %s', async (reason, behaviour) => {
  server.behave(behaviour)
  await expect(load(AbortSignal.timeout(100))).rejects.toMatchObject({ reason })
})
