import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { contextOf } from './context-of.ts'
import { guardedOf, mark, type ContextOf, type Guarded } from './guarded.ts'
import { createCore, type AdapterOptions } from './node-core.ts'
import { RouteTable } from './route-table.ts'

export type { AdapterOptions, DenyEvent } from './node-core.ts'
export { stopOnSignal, type StopReport } from './stop-on-signal.ts'

/** A handler with its guards, as {@link guardNode} takes it. Only {@link guarded} makes one. */
export type GuardedNodeHandler = (message: IncomingMessage, response: ServerResponse) => unknown

/** Puts guards before a node:http handler. What the handler throws becomes a problem document. */
export function guarded<G extends Guarded>(
  guards: G,
  handler: (context: ContextOf<G>, message: IncomingMessage, response: ServerResponse) => unknown,
): GuardedNodeHandler {
  return mark(
    (message: IncomingMessage, response: ServerResponse) =>
      handler(contextOf(message, guards) as ContextOf<G>, message, response),
    guards,
  )
}

/**
 * A node:http server that serves these routes behind their guards and nothing else.
 *
 * @param routes method and pattern (`'GET /v1/orders/:id'`) to a handler made by {@link guarded}
 * @throws RingfenceError `route_unguarded`, `route_invalid`
 *
 * @example
 * ```ts
 * guardNode({ 'GET /healthz': guarded(open('liveness'), (_ctx, _req, res) => res.end('ok')) }).listen(7101, '127.0.0.1')
 * ```
 */
export function guardNode(routes: Readonly<Record<string, GuardedNodeHandler>>, options?: AdapterOptions): Server {
  const table = new RouteTable()
  for (const [route, handler] of Object.entries(routes)) {
    const space = route.indexOf(' ')
    table.add(route.slice(0, space), route.slice(space + 1), guardedOf(handler, route))
  }
  const core = createCore(
    table,
    (message, response, route) => {
      const run = async (): Promise<unknown> => routes[route.name]!(message, response)
      run().catch((error: unknown) => core.fail(message, response, error))
    },
    options,
  )
  return core.server
}

/**
 * Stops accepting, lets requests in flight finish, and cuts off what is left.
 *
 * @param graceMs how long requests in flight may take, in milliseconds
 */
export async function stopServer(server: Server, graceMs = 10_000): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), graceMs)
  await new Promise<void>((resolve) => server.close(() => resolve()))
  clearTimeout(cut)
}
