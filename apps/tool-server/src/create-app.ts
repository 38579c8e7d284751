import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import type { McpServer } from '@modelcontextprotocol/server'
import { type Clock, explain, guards, open, type Principal, refuse, systemClock } from '@ringfence/guard'
import { guarded, guardNode, stopServer } from '@ringfence/guard/node'
import { bearerAuth, protectedResourceMetadata, type TokenValidator } from '@ringfence/oauth-auth'
import { blockFailures, type KeyFunction, policy, rateLimit, type Store } from '@ringfence/rate-limit'
import type { Logger } from 'pino'
import { allowedOrigins } from './http/allowed-origins.ts'
import { byClient } from './http/client-key.ts'
import { knownAuthority } from './http/known-authority.ts'
import { sendJson } from './http/send-json.ts'
import { jsonRpcTwin } from './mcp/json-rpc-twin.ts'
import { type McpEndpoint, mcpEndpoint } from './mcp/mcp-endpoint.ts'
import { mcpServer } from './mcp/mcp-server.ts'
import { calledTool, mcpMessage, type Message } from './mcp/message.ts'
import { toolScope } from './mcp/tool-scope.ts'
import type { CallLog, Tool, ToolCall } from './tools/tool.ts'

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
  /** Speaks the protocol behind the guards (default: statelessly, with the tools that a caller may use). */
  readonly endpoint?: McpEndpoint
  readonly origins?: readonly string[]
  readonly trustedProxies?: readonly string[]
  readonly limits?: {
    /** Calls per second of one tool by one caller, and of everything that is no tool (default 10). */
    readonly tool?: number
    /** Requests per second of one address, before anything is verified; counted by each replica alone (default 100). */
    readonly address?: number
    /** Invalid tokens within a minute that block an address for a minute (default ten times `address`, at most 10000). */
    readonly failures?: number
    /** Where replicas share the counts (default: each counts for itself). */
    readonly store?: Store
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
  /** Stops being ready, lets requests in flight finish, within 10 s, then closes. Safe to call twice. */
  close(): Promise<void>
}

/**
 * Puts the tool server together.
 *
 * @throws RingfenceError `option_invalid`, `schema_not_strict`, `cidr_invalid`
 */
export function createApp(options: AppOptions): App {
  const { resource, issuer, validator, tools, logger, clock = systemClock, limits = {} } = options
  const scopes = [...new Set(tools.map(({ scope }) => scope))]
  const metadata = protectedResourceMetadata({ resource, authorizationServers: [issuer], scopesSupported: scopes })
  const client = byClient(options.trustedProxies ?? [])
  const perSecond = { windowMs: 1_000 }
  const address = policy({
    name: 'address',
    limit: limits.address ?? 100,
    ...perSecond,
    key: client,
  })
  const tool = policy({ name: 'tool', limit: limits.tool ?? 10, ...perSecond, key: byToolAndCaller(tools) })
  const shared = { clock, ...(limits.store && { store: limits.store }) }
  const failures = limits.failures ?? Math.min(10 * address.limit, 10_000)
  const guessing = { failures, withinMs: 60_000, blockMs: 60_000, maxKeys: 1_024, clock }
  const anyone = guards()
    .use(knownAuthority(resource))
    .use(allowedOrigins(options.origins ?? []))
    .use(rateLimit({ policies: [address], clock }))
  const bearer = bearerAuth({ validator, resource, scopes })
  const caller = anyone
    .use(blockFailures(bearer, { key: client, ...guessing }))
    .use(mcpMessage({ limit: BODY_BYTES }))
    .use(toolScope(resource, tools))
    .use(jsonRpcTwin(rateLimit({ policies: [tool], needs: ['principal', 'message'], ...shared })))

  const log: CallLog = {
    // The fingerprint is what an operator revokes.
    called: (name, { principal }) =>
      logger.info({ event: 'tool.called', tool: name, fingerprint: principal.fingerprint }),
    failed: (name, error) => logger.error({ event: 'tool.failed', tool: name, error }),
  }
  const serverFor = (call: ToolCall): McpServer => mcpServer(tools, call, log)
  const { endpoint = mcpEndpoint({ resource, logger, serverFor }) } = options
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
      [`POST ${new URL(resource).pathname}`]: guarded(caller, endpoint.answer),
    },
    adapter,
  )
  const probes = options.probePort === undefined ? undefined : guardNode(health, adapter)

  /** The probes go last, so that they can say that this process is draining. */
  const close = async (): Promise<void> => {
    if (server.listening) {
      const stopped = stopServer(server, DRAIN_MS)
      await Promise.race([endpoint.idle(), stopped])
      await endpoint.close()
      // What is kept alive has nothing more to ask.
      server.closeIdleConnections()
      await stopped
    }
    if (probes?.listening === true) await stopServer(probes, PROBE_DRAIN_MS)
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
      const { port } = server.address() as AddressInfo
      logger.info({ event: 'listening', host: options.host, port, tools: tools.map(({ name }) => name) })
      return port
    },
    close: () => (closing ??= close()),
  }
}

/** Every tool by itself; whatever else the protocol has, together. */
function byToolAndCaller(tools: readonly Tool[]): KeyFunction<{ principal: Principal; message: Message }> {
  const names = new Set(tools.map(({ name }) => name))
  return (_request, { principal, message }) => {
    const tool = calledTool(message)
    return [tool !== undefined && names.has(tool) ? tool : '', principal.id, principal.clientId]
  }
}

/** Policy TS-16. */
const BODY_BYTES = 10_240

/** How long calls may go on after a stop, and the probes after them: together within the 10 s that a stop may take. */
const DRAIN_MS = 9_000
const PROBE_DRAIN_MS = 500
