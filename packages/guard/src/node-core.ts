import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { isChain } from './chain.ts'
import { remember } from './explain.ts'
import { Exchange, exchangeOf, type Expectation, peerOf } from './exchange.ts'
import { hasBody } from './node-body.ts'
import { preflight } from './node-preflight.ts'
import { type RawRefusal, refuseConnect, refuseUnparsed } from './node-refuse.ts'
import { DenyError, deny, type Deny, type Outcome } from './outcome.ts'
import { problem } from './problem.ts'
import type { HeaderList, Peer } from './request.ts'
import type { Route, RouteTable } from './route-table.ts'
import { createRequest } from './snapshot.ts'

/** What the audit log learns about a refused request. Nothing of it is sent to the caller. */
export interface DenyEvent {
  readonly requestId: string
  readonly code: Deny['code']
  /** Method and pattern, or undefined where no route matched. */
  readonly route: string | undefined
  readonly peer: Peer
  readonly internal: unknown
}

/** Options every adapter takes. */
export interface AdapterOptions {
  /** Fields on every answer, denials and parser errors included, e.g. `[['x-api-version', '1']]`. */
  readonly responseHeaders?: HeaderList
  /** Called for every refused request. */
  readonly onDeny?: (event: DenyEvent) => void
  /** Called with what a handler threw, other than through `refuse()`. */
  readonly onError?: (event: { readonly requestId: string; readonly error: unknown }) => void
}

/** A framework's own entry point, called for admitted requests only. */
export type Listener = (message: IncomingMessage, response: ServerResponse, route: Route) => void

/** One node:http server that asks the guards before the framework sees a request. */
export interface NodeCore {
  readonly server: Server
  /** Answers with what a handler threw: a refusal, or a 500 that says nothing. */
  fail(message: IncomingMessage, response: ServerResponse, error: unknown): void
}

export function createCore(table: RouteTable, listener: Listener, options: AdapterOptions = {}): NodeCore {
  const stamped: HeaderList = [...DEFAULT_HEADERS, ...(options.responseHeaders ?? [])]
  const server = createServer(SERVER_OPTIONS)
  server.maxHeadersCount = 0 // Node would cut silently; preflight counts and refuses.
  remember(server, table)

  const serve = (message: IncomingMessage, response: ServerResponse, expects: Expectation): void => {
    const exchange = new Exchange(message, response, expects)
    exchange.stamps.add('x-request-id', exchange.id)
    exchange.stamp(stamped)
    if (!server.listening) exchange.stamps.add('connection', 'close')
    const refused = expects === 'unknown' ? deny('expectation_failed') : preflight(message)
    if (refused !== undefined) return send(exchange, refused)
    const found = table.find(message.method!, pathOf(message.url!))
    if (found.route === undefined) return send(exchange, unrouted(found.methods))
    const { route } = found
    exchange.route = route.name
    if (!isChain(route.guarded)) return conclude(exchange, route, { ok: true, adds: {} })
    const verdict = route.guarded.run(createRequest(exchange))
    if (verdict instanceof Promise) void verdict.then((outcome) => conclude(exchange, route, outcome))
    else conclude(exchange, route, verdict)
  }

  const conclude = (exchange: Exchange, route: Route, outcome: Outcome<object>): void => {
    const { message, response } = exchange
    if (!outcome.ok) return send(exchange, outcome)
    if (response.destroyed) return
    if (outcome.headers !== undefined) exchange.stamp(outcome.headers)
    exchange.admission = { guarded: route.guarded, context: outcome.adds }
    listener(message, response, route)
  }

  const send = (exchange: Exchange, denied: Deny): void => {
    const { id, message, response, peer, route, expects, stamps } = exchange
    report(id, denied, peer, route)
    if (response.headersSent || response.destroyed) return void response.destroy()
    const { status, headers, body } = problem(denied, id)
    // What a handler had set before it refused belongs to the answer that it does not give.
    for (const name of response.getHeaderNames()) response.removeHeader(name)
    exchange.stamp(headers)
    stamps.add('content-length', String(Buffer.byteLength(body)))
    response.statusCode = status
    if (!hasBody(message) || message.readableEnded) return void response.end(body)
    // Part of the body is still to come: answer, then close instead of reading what nobody asked for.
    stamps.add('connection', 'close')
    if (expects === 'continue') return void response.end(body)
    response.write(body)
    linger(message, response)
  }

  const fail = (message: IncomingMessage, response: ServerResponse, error: unknown): void => {
    const exchange = exchangeOf(message)
    if (exchange === undefined) return void response.destroy()
    if (error instanceof DenyError) return send(exchange, error.deny)
    tell(options.onError, { requestId: exchange.id, error })
    send(exchange, deny('internal_error'))
  }

  const report = (requestId: string, { code, internal }: Deny, peer: Peer, route: string): void =>
    tell(options.onDeny, { requestId, code, route: route === '' ? undefined : route, peer, internal })
  const unparsed: RawRefusal = {
    stamped,
    report: (id, denied, socket) => report(id, denied, peerOf(socket), ''),
  }

  server.on('request', (message, response) => serve(message, response, 'nothing'))
  server.on('checkContinue', (message, response) => serve(message, response, 'continue'))
  server.on('checkExpectation', (message, response) => serve(message, response, 'unknown'))
  server.on('clientError', (error, socket) => refuseUnparsed(error, socket as Socket, unparsed))
  server.on('connect', (_message, socket) => refuseConnect(socket as Socket, unparsed))
  return { server, fail }
}

/** A log that fails must not take the server down, nor keep an answer from its caller. */
function tell<Event>(listener: ((event: Event) => void) | undefined, event: Event): void {
  try {
    listener?.(event)
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error))
  }
}

function pathOf(target: string): string {
  const query = target.indexOf('?')
  return query < 0 ? target : target.slice(0, query)
}

function unrouted(methods: readonly string[]): Deny {
  return methods.length === 0
    ? deny('not_found')
    : deny('method_not_allowed', { headers: [['allow', methods.join(', ')]] })
}

/** Takes in what is already on its way, within bounds, so that closing does not reset the answer away. */
function linger(message: IncomingMessage, response: ServerResponse): void {
  let left = LINGER_BYTES
  const close = (): void => {
    clearTimeout(timer)
    message.off('data', count).off('end', close).off('close', close)
    response.end()
  }
  const count = (chunk: Uint8Array): void => {
    left -= chunk.length
    if (left < 0) close()
  }
  const timer = setTimeout(close, LINGER_MS)
  message.on('data', count).on('end', close).on('close', close).resume()
}

const LINGER_BYTES = 256 * 1024
const LINGER_MS = 500

const DEFAULT_HEADERS: HeaderList = [
  ['cache-control', 'no-store'],
  ['x-content-type-options', 'nosniff'],
]

const SERVER_OPTIONS = {
  // Checked by preflight, so that the answer is a problem document with a request id.
  requireHostHeader: false,
  insecureHTTPParser: false,
  maxHeaderSize: 16_384,
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 500,
  // An upgrade would leave HTTP, and with it the guards: such requests are served as plain ones.
  shouldUpgradeCallback: () => false,
}
