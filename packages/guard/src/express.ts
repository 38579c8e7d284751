import express, { type Express, type Request, type RequestHandler, type Response } from 'express'
import type { Server } from 'node:http'
import { RingfenceError } from '@ringfence/errors'
import { contextOf } from './context-of.ts'
import { guardedOf, mark, type ContextOf, type Guarded } from './guarded.ts'
import { createCore, type AdapterOptions } from './node-core.ts'
import { RouteTable } from './route-table.ts'

/** Puts guards before an Express handler. What the handler throws becomes a problem document. */
export function guarded<G extends Guarded>(
  guards: G,
  handler: (context: ContextOf<G>, request: Request, response: Response) => unknown,
): RequestHandler {
  return mark<RequestHandler>(
    (request, response) => handler(contextOf(request, guards) as ContextOf<G>, request, response),
    guards,
  )
}

/**
 * A server for the routes that `setup` registers on a strict, case-sensitive Express app. The guards run before Express
 * sees a request. Sub-routers are refused: their paths cannot be read back.
 *
 * @throws RingfenceError `route_unguarded`, `route_invalid`
 */
export function guardExpress(setup: (app: Express) => void, options?: AdapterOptions): Server {
  const app = express()
  app.enable('strict routing').enable('case sensitive routing').disable('x-powered-by').disable('etag')
  setup(app)
  const table = new RouteTable()
  for (const { route, handle } of app.router.stack) {
    if (route !== undefined) {
      for (const { method, handle: last } of route.stack.slice(-1)) {
        table.add(method?.toUpperCase() ?? 'ALL', route.path, guardedOf(last, route.path))
      }
    } else if ('stack' in handle) {
      throw new RingfenceError('route_invalid', 'guardExpress: register guarded routes on the app, not on a router')
    }
  }
  const core = createCore(table, app, options)
  app.use((request, response) =>
    core.fail(request, response, new RingfenceError('guard_misused', 'Express has no such route')),
  )
  app.use((error: unknown, request: Request, response: Response, _next: unknown) => core.fail(request, response, error))
  return core.server
}
