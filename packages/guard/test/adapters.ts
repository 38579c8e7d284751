import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AdapterOptions } from '../src/node-core.ts'
import * as express from '../src/express.ts'
import * as fastify from '../src/fastify.ts'
import * as hono from '../src/hono.ts'
import * as node from '../src/node.ts'
import type { ConformanceRoute } from '../src/testing.ts'

/** What a handler answers with; what it throws is for the adapter to deal with. */
type Answer = (context: object) => string

/** Serves the routes through every adapter; each handler answers with what its guards saw. */
export const ADAPTERS: Readonly<
  Record<string, (routes: readonly ConformanceRoute[], options?: AdapterOptions, answer?: Answer) => Promise<Server>>
> = {
  node: async (routes, options, answer = seenIn) =>
    node.guardNode(
      Object.fromEntries(
        routes.map(({ method, path, guards }) => [
          `${method} ${path}`,
          node.guarded(guards, (context, _request, response) => response.end(answer(context))),
        ]),
      ),
      options,
    ),
  fastify: async (routes, options, answer = seenIn) => {
    const app = fastify.guardFastify(options)
    for (const { method, path, guards } of routes) {
      app.route({ method, url: path, handler: fastify.guarded(guards, async (context) => answer(context)) })
    }
    await app.ready()
    return app.server
  },
  express: async (routes, options, answer = seenIn) =>
    express.guardExpress((app) => {
      for (const { method, path, guards } of routes) {
        app[method === 'GET' ? 'get' : 'post'](
          path,
          express.guarded(guards, (context, _request, response) => response.end(answer(context))),
        )
      }
    }, options),
  hono: async (routes, options, answer = seenIn) =>
    hono.guardHono((app) => {
      for (const { method, path, guards } of routes) {
        app.on(
          method,
          path,
          hono.guarded(guards, (context, c) => c.body(answer(context))),
        )
      }
    }, options),
}

function seenIn(context: object): string {
  return JSON.stringify('seen' in context ? context.seen : {})
}

export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}
