import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono, type Context, type Handler } from 'hono'
import type { Server } from 'node:http'
import { RingfenceError } from '@ringfence/errors'
import { contextOf } from './context-of.ts'
import { guardedOf, mark, type ContextOf, type Guarded } from './guarded.ts'
import { createCore, type AdapterOptions } from './node-core.ts'
import { RouteTable } from './route-table.ts'

/** A Hono app on node:http. */
export type HonoApp = Hono<{ Bindings: HttpBindings }>

/** Puts guards before a Hono handler. What the handler throws becomes a problem document. */
export function guarded<G extends Guarded>(
  guards: G,
  handler: (context: ContextOf<G>, c: Context<{ Bindings: HttpBindings }>) => Response | Promise<Response>,
): Handler<{ Bindings: HttpBindings }> {
  return mark<Handler<{ Bindings: HttpBindings }>>(
    (c) => handler(contextOf(c.env.incoming, guards) as ContextOf<G>, c),
    guards,
  )
}

/**
 * A server for the routes that `setup` registers on a strict Hono app. The guards run before Hono sees a request.
 *
 * @throws RingfenceError `route_unguarded`, `route_invalid`
 */
export function guardHono(setup: (app: HonoApp) => void, options?: AdapterOptions): Server {
  const app: HonoApp = new Hono<{ Bindings: HttpBindings }>({ strict: true })
  setup(app)
  const table = new RouteTable()
  for (const { method, path, handler } of app.routes) {
    // Middleware registered with use(); it runs after the guards of the route it wraps.
    if (method === 'ALL' && path.endsWith('*')) continue
    table.add(method, path, guardedOf(handler, `${method} ${path}`))
  }
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const core = createCore(table, (message, response) => void listener(message, response), options)
  const fail = (error: unknown, c: Context<{ Bindings: HttpBindings }>): Response => {
    core.fail(c.env.incoming, c.env.outgoing, error)
    return RESPONSE_ALREADY_SENT
  }
  app.onError(fail)
  app.notFound((c) => fail(new RingfenceError('guard_misused', 'Hono has no such route'), c))
  return core.server
}
