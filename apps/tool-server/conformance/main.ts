import { randomBytes } from 'node:crypto'
import { createRequestStateCodec, InMemoryServerEventBus, type McpServer } from '@modelcontextprotocol/server'
import { createEgress } from '@ringfence/egress'
import { createLogger } from '@ringfence/log-redaction'
import { createTokenValidator } from '@ringfence/oauth-auth'
import { freePort } from '@ringfence/redis/testing'
import { startAuthorizationServer } from '../dev/authorization-server.ts'
import { createApp } from '../src/create-app.ts'
import { mcpEndpoint } from '../src/mcp/mcp-endpoint.ts'
import { fixtureServer } from './fixture-server.ts'
import { startTokenProxy } from './token-proxy.ts'
import { withSessions } from './with-sessions.ts'

// For the conformance suite of the protocol, never part of a production image: the tool server's own guards, with a
// protocol server behind them that has what the suite asks for, an authorization server, and a proxy that adds a token.

const [issuerPort, appPort, proxyPort] = [await freePort(), await freePort(), await freePort()]
const issuer = `http://127.0.0.1:${issuerPort}`
// As behind a tunnel, the resource is where callers come in, not where the app listens.
const resource = `http://127.0.0.1:${proxyPort}/mcp`
const clientSecret = randomBytes(32).toString('hex')
await startAuthorizationServer({
  issuer,
  defaultResource: resource,
  clientId: 'suite',
  clientSecret,
  scopes: ['tools'],
})
const egress = createEgress({ allow: [], loopback: [issuer] })
const bus = new InMemoryServerEventBus()
const codec = createRequestStateCodec<Record<string, unknown>>({ key: randomBytes(32) })
const newServer = (): McpServer => fixtureServer(bus, codec)
const logger = createLogger({ name: 'conformance' })
const app = createApp({
  host: '127.0.0.1',
  port: appPort,
  resource,
  issuer,
  validator: createTokenValidator({
    issuer,
    audience: resource,
    fetch: (url, init) => egress.fetch(url, init),
    fingerprintKey: { key: randomBytes(32), keyId: 'k1' },
  }),
  tools: [],
  origins: [new URL(resource).origin],
  endpoint: withSessions(mcpEndpoint({ resource, logger, serverFor: newServer, bus }), newServer),
  limits: { address: 10_000, tool: 10_000 },
  logger,
})
await app.listen()
const answer = await fetch(`${issuer}/token`, {
  method: 'POST',
  headers: { authorization: `Basic ${Buffer.from(`suite:${clientSecret}`).toString('base64')}` },
  body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'tools', resource }),
})
const { access_token: token } = (await answer.json()) as { access_token: string }
await startTokenProxy({ port: proxyPort, appPort, token: process.argv.includes('--without-token') ? undefined : token })
process.stdout.write(`${JSON.stringify({ event: 'conformance.ready', url: resource })}\n`)
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0))
