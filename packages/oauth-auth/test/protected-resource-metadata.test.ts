import { expect, test } from 'vitest'
import { protectedResourceMetadata } from '../src/index.ts'

const authorizationServers = ['https://issuer.example']

test('RFC 9728 3.1: the well-known path goes between host and path', () => {
  expect(
    protectedResourceMetadata({
      resource: 'https://tools.example/mcp',
      authorizationServers,
      scopesSupported: ['tools:read'],
      resourceName: 'Tools',
    }),
  ).toEqual({
    path: '/.well-known/oauth-protected-resource/mcp',
    url: 'https://tools.example/.well-known/oauth-protected-resource/mcp',
    document: {
      resource: 'https://tools.example/mcp',
      authorization_servers: ['https://issuer.example'],
      bearer_methods_supported: ['header'],
      scopes_supported: ['tools:read'],
      resource_name: 'Tools',
    },
  })
})

test('a resource without a path has the plain well-known path', () => {
  const { path, document } = protectedResourceMetadata({ resource: 'http://127.0.0.1:7102', authorizationServers })
  expect(path).toBe('/.well-known/oauth-protected-resource')
  expect(document).not.toHaveProperty('scopes_supported')
})

test.each([
  'tools.example/mcp',
  'http://tools.example/mcp',
  'https://tools.example/',
  'https://tools.example/mcp/',
  'https://tools.example/mcp?tenant=1',
  'https://tools.example/mcp#a',
  'https://tools.example/a/../mcp',
  'https://TOOLS.example/mcp',
  'https://tools.example:443/mcp',
  'https://me@tools.example/mcp',
  'ftp://tools.example/mcp',
])('resource %s is refused', (resource) => {
  expect(() => protectedResourceMetadata({ resource, authorizationServers })).toThrow(/resource/)
})

test('at least one authorization server, and never offline_access', () => {
  const resource = 'https://tools.example/mcp'
  expect(() => protectedResourceMetadata({ resource, authorizationServers: [] })).toThrow(/authorization server/)
  expect(() =>
    protectedResourceMetadata({ resource, authorizationServers, scopesSupported: ['a', 'offline_access'] }),
  ).toThrow(/offline_access/)
})
