import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  type RouteHandlerMethod,
} from 'fastify'
import { RingfenceError } from '@ringfence/errors'
import { contextOf } from './context-of.ts'
import { guardedOf, mark, type ContextOf, type Guarded } from './guarded.ts'
import { createCore, type AdapterOptions, type NodeCore } from './node-core.ts'
import { RouteTable } from './route-table.ts'

/** Puts guards before a Fastify handler. What the handler throws becomes a problem document. */
export function guarded<G extends Guarded>(
  guards: G,
  handler: (context: ContextOf<G>, request: FastifyRequest, reply: FastifyReply) => unknown,
): RouteHandlerMethod {
  return mark<RouteHandlerMethod>(
    (request, reply) => handler(contextOf(request.raw, guards) as ContextOf<G>, request, reply),
    guards,
  )
}

/**
 * A Fastify instance that refuses to register a route without guards. The guards run before Fastify sees a request;
 * bodies reach handlers through the context only. `app.inject()` bypasses the server and is answered with a 500.
 *
 * @throws RingfenceError `route_unguarded` or `route_invalid` while routes are registered
 */
export function guardFastify(
  options: AdapterOptions & { readonly fastify?: FastifyServerOptions } = {},
): FastifyInstance {
  if (options.fastify?.rewriteUrl !== undefined) {
    throw new RingfenceError('option_invalid', 'guardFastify: rewriteUrl would route what the guards did not see')
  }
  const table = new RouteTable()
  let core!: NodeCore
  const app = Fastify({
    ...options.fastify,
    exposeHeadRoutes: false,
    // The core answers parser errors; Fastify would answer a second time.
    clientErrorHandler: () => {},
    serverFactory: (listener) => (core = createCore(table, listener, options)).server,
  })
  app.addHook('onRoute', ({ method, url, handler }) => {
    for (const one of [method].flat()) table.add(one, url, guardedOf(handler, `${one} ${url}`))
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.setErrorHandler((error, request, reply) => {
    reply.hijack()
    core.fail(request.raw, reply.raw, error)
  })
  return app
}
