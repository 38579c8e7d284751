import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { Provider } from 'oidc-provider'
import { memoryAdapter } from './memory-adapter.ts'

/** What the development authorization server is told. */
export interface AuthorizationServerOptions {
  /** e.g. `http://127.0.0.1:7103`; its port is listened on. */
  readonly issuer: string
  /** Resource of tokens that name none. */
  readonly defaultResource: string
  readonly clientId: string
  readonly clientSecret: string
  /** Another client, with the same secret. */
  readonly otherClientId?: string
  readonly scopes: readonly string[]
  /** Resources that get opaque tokens, to be introspected and revoked (RFC 7662, RFC 7009). */
  readonly opaqueFor?: readonly string[]
}

/**
 * A real OAuth 2.0 authorization server for development and tests: client credentials, resource indicators (RFC 8707),
 * JWT access tokens (RFC 9068) signed with a key made at start, or opaque ones. It issues tokens for any resource that is asked for, and
 * it is never part of the production build.
 */
export async function startAuthorizationServer(options: AuthorizationServerOptions): Promise<Server> {
  const { issuer, defaultResource, clientId, clientSecret, scopes, opaqueFor = [] } = options
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const provider = new Provider(issuer, {
    adapter: memoryAdapter,
    ttl: { ClientCredentials: LIFETIME_S },
    clients: [clientId, ...(options.otherClientId === undefined ? [] : [options.otherClientId])].map((id) => ({
      client_id: id,
      client_secret: clientSecret,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      id_token_signed_response_alg: 'ES256',
    })),
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' }] },
    scopes: [...scopes],
    clientBasedCORS: () => false,
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => defaultResource,
        getResourceServerInfo: (_context, resource) => ({
          scope: scopes.join(' '),
          audience: resource,
          accessTokenFormat: opaqueFor.includes(resource) ? 'opaque' : 'jwt',
          accessTokenTTL: LIFETIME_S,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  })
  const handle = provider.callback()
  const server = createServer((request, response) => void handle(request, response))
  server.listen(Number(new URL(issuer).port), '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** Of every token. */
const LIFETIME_S = 3_600
