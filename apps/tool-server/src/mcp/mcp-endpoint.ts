import type { IncomingMessage, ServerResponse } from 'node:http'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { type AuthInfo, createMcpHandler, type McpServer, type ServerEventBus } from '@modelcontextprotocol/server'
import { RingfenceError } from '@ringfence/errors'
import type { Principal } from '@ringfence/guard'
import { mcpAuthInfo } from '@ringfence/oauth-auth/mcp'
import type { TokenInfo } from '@ringfence/oauth-auth'
import type { Logger } from 'pino'
import { sendJson } from '../http/send-json.ts'
import type { ToolCall } from '../tools/tool.ts'
import { headersDisagree } from './headers-disagree.ts'
import type { Message } from './message.ts'
import { protocolRefusal } from './protocol-refusal.ts'

/** What the guards proved about a request before it comes here. */
interface AdmittedCall {
  readonly principal: Principal
  readonly token: TokenInfo
  readonly message: Message
}

/** Speaks the protocol with admitted requests. */
export interface McpEndpoint {
  readonly answer: (call: AdmittedCall, request: IncomingMessage, response: ServerResponse) => Promise<void>
  /** Resolves when no call is under way. Streams that only wait for news do not count. */
  idle(): Promise<void>
  /** Ends those streams too. */
  close(): Promise<void>
}

/**
 * Both eras of the protocol, statelessly: every POST gets a server of its own, made for its caller, so that any replica
 * can answer any request. A session id that a client sends is ignored.
 */
export function mcpEndpoint(options: {
  readonly resource: string
  readonly logger: Logger
  /** Makes the server for one call. */
  readonly serverFor: (call: ToolCall) => McpServer
  readonly bus?: ServerEventBus
}): McpEndpoint {
  const { resource, logger, serverFor, bus } = options
  // The protocol library passes the caller on as a value of its own type: by that very value the call is found again.
  const calls = new WeakMap<AuthInfo, ToolCall>()
  const callOf = (caller: AuthInfo | undefined): ToolCall => {
    const call = caller && calls.get(caller)
    if (call === undefined) throw new RingfenceError('guard_misused', 'the protocol was handed a call without a caller')
    return call
  }
  const handler = createMcpHandler(({ authInfo }) => serverFor(callOf(authInfo)), {
    maxSubscriptions: MAX_STREAMS,
    ...(bus && { bus }),
    onerror: (error) => logger.warn(protocolRefusal(error)),
  })
  const serve = toNodeHandler(handler)
  const underWay = new Set<Promise<void>>()

  const answer: McpEndpoint['answer'] = async ({ principal, token, message }, request, response) => {
    if (headersDisagree(message, request.headersDistinct)) {
      logger.warn({ event: 'mcp.refused', rule: 'headers-disagree' })
      return sendJson(response, { jsonrpc: '2.0', id: message.id ?? null, error: HEADER_MISMATCH }, 400)
    }
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const auth = mcpAuthInfo({ principal, token }, resource)
    calls.set(auth, { principal, signal: gone.signal })
    const served = serve(Object.assign(request, { auth, method: 'POST', url: request.url! }), response, message.value)
    if (message.method === 'subscriptions/listen') return served
    underWay.add(served)
    return served.finally(() => underWay.delete(served))
  }
  return {
    answer,
    async idle() {
      while (underWay.size > 0) await Promise.allSettled(underWay)
    },
    close: () => handler.close(),
  }
}

/** MCP 2026-07-28, Streamable HTTP, server validation. */
const HEADER_MISMATCH = { code: -32_020, message: 'The Mcp-Method or Mcp-Name field differs from the body.' }

/** Open `subscriptions/listen` streams, for servers that have news; of one that has none the library ends each at once. */
const MAX_STREAMS = 64
