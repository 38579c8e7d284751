import type { Server, ServerResponse } from 'node:http'
import { once } from 'node:events'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { type Clock, explain, guards, open, type Principal, refuse, systemClock } from '@ringfence/guard'
import { guarded, guardNode, stopServer } from '@ringfence/guard/node'
import { bearerAuth, protectedResourceMetadata, type TokenValidator } from '@ringfence/oauth-auth'
import { mcpAuthInfo } from '@ringfence/oauth-auth/mcp'
import { policy, rateLimit } from '@ringfence/rate-limit'
import type { Logger } from 'pino'
import { allowedOrigins } from './http/allowed-origins.ts'
import { byClient } from './http/client-key.ts'
import { mcpServer } from './mcp/mcp-server.ts'
import { mcpMessage, type Message } from './mcp/message.ts'
import { toolScope } from './mcp/tool-scope.ts'
import type { Tool, ToolCall } from './tools/tool.ts'

/** What a tool server is made of. */
export interface AppOptions {
  readonly host: string
  readonly port: number
  /** Serves `/healthz` and `/readyz` alone, on every address of the pod. */
  readonly probePort?: number | undefined
  /** The resource URL: where clients reach `/mcp`, and the audience of their tokens. */
  readonly resource: string
  readonly issuer: string
  readonly validator: TokenValidator
  readonly tools: readonly Tool[]
  readonly origins?: readonly string[]
  readonly trustedProxies?: readonly string[]
  readonly limits?: {
    /** Calls per second of one tool by one client (default 10). */
    readonly tool?: number
    /** Requests per second of one address, before anything is verified (default 100). */
    readonly address?: number
  }
  readonly logger: Logger
  readonly clock?: Clock
}

/** A tool server, ready to listen. */
export interface App {
  readonly server: Server
  /** Every route with its guards, and what each can deny. */
  explain(): string
  /** Answers the port. */
  listen(): Promise<number>
  /** Stops being ready, lets requests in flight finish within 10 s, then closes. Safe to call twice. */
  close(): Promise<void>
}

/**
 * Puts the tool server together.
 *
 * @throws RingfenceError `option_invalid`, `schema_not_strict`, `cidr_invalid`
 */
export function createApp(options: AppOptions): App {
  const { resource, issuer, validator, tools, logger, clock = systemClock, limits = {} } = options
  const reportTool = (name: string, error: unknown): void => logger.error({ event: 'tool.failed', tool: name, error })
  const scopes = [...new Set(tools.map(({ scope }) => scope))]
  const metadata = protectedResourceMetadata({ resource, authorizationServers: [issuer], scopesSupported: scopes })
  const perSecond = { windowMs: 1_000, clock }
  const address = policy({
    name: 'address',
    limit: limits.address ?? 100,
    ...perSecond,
    key: byClient(options.trustedProxies ?? []),
  })
  const tool = policy({ name: 'tool', limit: limits.tool ?? 10, ...perSecond, key: byToolAndClient })
  const anyone = guards()
    .use(allowedOrigins(options.origins ?? []))
    .use(rateLimit({ policies: [address], clock }))
  const caller = anyone
    .use(bearerAuth({ validator, resource, scopes }))
    .use(mcpMessage({ limit: BODY_BYTES }))
    .use(toolScope(resource, tools))
    .use(rateLimit({ policies: [tool], needs: ['principal', 'message'], clock }))

  const protocol = toNodeHandler(
    createMcpHandler(({ authInfo }) => mcpServer(tools, authInfo?.extra as unknown as ToolCall, reportTool), {
      onerror: (error) => logger.warn({ event: 'mcp.refused', error }),
    }),
  )
  let closing: Promise<void> | undefined
  const health = {
    'GET /healthz': guarded(open('says only that the process lives'), (_context, _request, response) =>
      sendJson(response, { status: 'alive' }),
    ),
    'GET /readyz': guarded(open('says only whether requests can be served'), (_context, _request, response) => {
      if (closing !== undefined || !validator.ready()) refuse('dependency_unavailable')
      sendJson(response, { status: 'ready' })
    }),
  }
  const adapter = {
    onDeny: (event: object): void => logger.warn({ event: 'request.denied', ...event }),
    onError: (event: object): void => logger.error({ event: 'request.failed', ...event }),
  }
  const server = guardNode(
    {
      ...health,
      [`GET ${metadata.path}`]: guarded(anyone, (_context, _request, response) =>
        sendJson(response, metadata.document),
      ),
      [`POST ${new URL(resource).pathname}`]: guarded(
        caller,
        async ({ principal, token, message }, request, response) => {
          const gone = new AbortController()
          response.once('close', () => gone.abort())
          const auth = { ...mcpAuthInfo({ principal, token }, resource), extra: { principal, signal: gone.signal } }
          await protocol(Object.assign(request, { auth, method: 'POST', url: request.url! }), response, message.value)
        },
      ),
    },
    adapter,
  )
  const probes = options.probePort === undefined ? undefined : guardNode(health, adapter)

  const close = async (): Promise<void> => {
    for (const one of [server, probes]) if (one?.listening === true) await stopServer(one)
    validator.close()
  }
  return {
    server,
    explain: () => explain(server),
    async listen() {
      server.listen(options.port, options.host)
      await once(server, 'listening')
      if (probes !== undefined) await once(probes.listen(options.probePort), 'listening')
      validator.ready() // starts loading the keys
      const bound = server.address()
      const port = typeof bound === 'object' && bound !== null ? bound.port : 0
      logger.info({ event: 'listening', host: options.host, port, tools: tools.map(({ name }) => name) })
      return port
    },
    close: () => (closing ??= close()),
  }
}

function byToolAndClient(
  _request: unknown,
  { principal, message }: { readonly principal: Principal; readonly message: Message },
): readonly string[] {
  return [message.tool ?? message.method ?? '', principal.id, principal.clientId]
}

function sendJson(response: ServerResponse, value: unknown): void {
  const body = JSON.stringify(value)
  response.setHeader('content-type', 'application/json').setHeader('content-length', Buffer.byteLength(body)).end(body)
}

const BODY_BYTES = 10_240
