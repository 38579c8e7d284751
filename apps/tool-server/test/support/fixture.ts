import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createEgress } from '@ringfence/egress'
import { createLogger } from '@ringfence/log-redaction'
import { createTokenValidator } from '@ringfence/oauth-auth'
import { freePort } from '@ringfence/redis/testing'
import { startAuthorizationServer } from '../../dev/authorization-server.ts'
import { type App, type AppOptions, createApp } from '../../src/create-app.ts'
import { fetchUrl, TEXT_TYPES } from '../../src/tools/fetch-url.ts'
import { SCOPE_HIERARCHY } from '../../src/tools/scope-hierarchy.ts'
import { getServerInfo } from '../../src/tools/get-server-info.ts'

/** A tool server with a real authorization server, both on loopback. */
export interface Fixture {
  readonly app: App
  readonly origin: string
  readonly resource: string
  /** Every line the app logged. */
  readonly log: readonly string[]
  /** A token of the authorization server. */
  token(scope: string, resource?: string, client?: 'tester' | 'other'): Promise<string>
  /** One raw JSON-RPC POST; `signal` breaks it off. */
  post(message: unknown, headers?: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Response>
  readonly issuer: string
  readonly clientSecret: string
  /** The official client with this token. */
  connect(token: string, revision: 'default' | 'newest'): Promise<Client>
  stop(): Promise<void>
}

/** What is not an option of the app. */
export interface FixtureOptions {
  readonly issuerIsDown?: boolean
  /** How far the validator's clock is ahead of the issuer's. */
  readonly aheadMs?: number
  /** The issuer makes opaque tokens, which are introspected. */
  readonly opaque?: boolean
}

export async function startFixture(options: Partial<AppOptions> & FixtureOptions = {}): Promise<Fixture> {
  const [issuerPort, port] = [await freePort(), await freePort()]
  const issuer = `http://127.0.0.1:${issuerPort}`
  const resource = `http://127.0.0.1:${port}/mcp`
  const clientSecret = randomBytes(32).toString('hex')
  const oauth: Server | undefined = options.issuerIsDown
    ? undefined
    : await startAuthorizationServer({
        issuer,
        defaultResource: resource,
        clientId: 'tester',
        otherClientId: 'other',
        clientSecret,
        scopes: ['tools', 'tools:info', 'tools:fetch', 'trading:read', 'tools:slow', 'offline_access'],
        opaqueFor: options.opaque ? [resource] : [],
      })
  const log: string[] = []
  const egress = createEgress({ allow: [], loopback: [issuer] })
  const validator = createTokenValidator({
    issuer,
    audience: resource,
    scopeHierarchy: SCOPE_HIERARCHY,
    fetch: (url, init) => egress.fetch(url, init),
    ...(options.opaque && {
      introspection: { url: `${issuer}/token/introspection`, clientId: 'tester', clientSecret },
    }),
    clock: { now: () => Date.now() + (options.aheadMs ?? 0), monotonic: () => performance.now() },
    fingerprintKey: { key: randomBytes(32), keyId: 'test' },
  })
  const app = createApp({
    host: '127.0.0.1',
    port,
    resource,
    issuer,
    validator,
    tools: [getServerInfo, fetchUrl(createEgress({ allow: 'public', contentTypes: TEXT_TYPES }), '*')],
    logger: createLogger({
      name: 'test',
      fingerprintKey: { key: randomBytes(32), keyId: 'test' },
      destination: { write: (line) => void log.push(line) },
    }),
    ...options,
  })
  await app.listen()
  const origin = `http://127.0.0.1:${port}`
  return {
    app,
    issuer,
    clientSecret,
    origin,
    resource,
    log,
    token: (scope, audience = resource, client = 'tester') =>
      requestToken({ issuer, client, clientSecret, scope, resource: audience }),
    post: (message, headers = {}, signal) =>
      fetch(resource, {
        ...(signal && { signal }),
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
        body: typeof message === 'string' ? message : JSON.stringify(message),
      }),
    async connect(token, revision) {
      const client = new Client(
        { name: 'test', version: '1' },
        revision === 'newest' ? { versionNegotiation: { mode: 'auto' } } : {},
      )
      const requestInit = { headers: { authorization: `Bearer ${token}` } }
      await client.connect(new StreamableHTTPClientTransport(new URL(resource), { requestInit }))
      return client
    },
    async stop() {
      await app.close()
      oauth?.closeAllConnections()
      oauth?.close()
      await egress.close()
    },
  }
}

/** A token of an authorization server that knows this client. */
export async function requestToken(options: {
  readonly issuer: string
  readonly client?: string
  readonly clientSecret: string
  readonly scope: string
  readonly resource: string
}): Promise<string> {
  const { issuer, client = 'tester', clientSecret, scope, resource } = options
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${client}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope, resource }),
  })
  const { access_token: token } = (await answer.json()) as { access_token: string }
  return token
}

/** A message with the header fields that belong to it. */
export interface Sent {
  readonly message: object
  readonly headers: Record<string, string>
}

/** A `tools/call` of the newest revision. */
export function toolCall(name: string, args: object = {}): Sent {
  const { message, headers } = rpc('tools/call', { name, arguments: args })
  return { message, headers: { ...headers, 'mcp-name': name } }
}

/** Any request of the newest revision. */
export function rpc(method: string, params: object = {}, revision = '2026-07-28'): Sent {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': revision,
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  return {
    message: { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } },
    headers: { 'mcp-protocol-version': revision, 'mcp-method': method },
  }
}
