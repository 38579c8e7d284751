import { RingfenceError } from '@ringfence/errors'
import { type Chain, createRequest, type GuardRequest, guards, problem } from '@ringfence/guard'
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifyTypeProvider, RouteOptions } from 'fastify'
import type * as z from 'zod'
import { readBytes } from './read-bytes.ts'
import type { StrictSchema } from './strict-schema.ts'
import { validBody } from './valid-body.ts'
import { validHeaders } from './valid-headers.ts'
import { validParams } from './valid-params.ts'
import { validQuery } from './valid-query.ts'

/** Types `request.body`, `query`, `params` and `headers` of a route by the schemas it was given. */
export interface StrictTypeProvider extends FastifyTypeProvider {
  readonly validator: this['schema'] extends z.ZodType<infer Output> | StrictSchema<infer Output> ? Output : unknown
}

/**
 * Gives a Fastify app all the gates in the place of its parser and of ajv, and the types that go with them. The schemas of
 * a route's `schema` are zod, judged by `deepStrict` while the route is registered, or (but for `headers`) what it returned,
 * so that an `executionGate` takes the body. Bodies are raw bytes, counted while they arrive, that pass `parseJson` and the
 * schema; queries and path parameters are read from the target as sent.
 * A refusal is a problem document (RFC 9457), and the handler never runs.
 *
 * A part of the request without a schema is not judged: its type is `unknown`, and a body is not even read. Call it before
 * routes are registered.
 *
 * It stands alone. Behind `guardFastify` the same gates are guards of the chain (`validBody`), which runs before Fastify.
 *
 * @throws RingfenceError while routes are registered: `schema_not_strict`, `option_invalid`
 *
 * @example
 * ```ts
 * const app = strictFastify(Fastify())
 * app.post('/orders', { schema: { body: order } }, ({ body }) => ({ side: body.side }))
 * ```
 */
export function strictFastify(app: FastifyInstance): ReturnType<typeof app.withTypeProvider<StrictTypeProvider>> {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.setValidatorCompiler(() => () => true)
  app.addHook('onRoute', (route) => {
    const chains = chainsOf(route)
    const judge = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
      const snapshot = requestOf(request)
      for (const chain of chains) {
        const outcome = await chain.run(snapshot)
        if (!outcome.ok) {
          const { status, headers, body } = problem(outcome, request.id)
          return reply.code(status).headers(Object.fromEntries(headers)).send(body)
        }
        Object.assign(request, ...Object.entries(outcome.adds).map(renamed))
      }
      return undefined
    }
    route.preValidation = [judge, ...[route.preValidation ?? []].flat()]
  })
  return app.withTypeProvider<StrictTypeProvider>()
}

type Judge = Pick<Chain<object>, 'run'>

/** What judges each part of the request that has a schema. A chain has deadlines, and denies when a guard throws. */
function chainsOf({ schema = {}, url }: RouteOptions): Judge[] {
  const { params, querystring, headers, body } = schema as {
    readonly [Part in 'params' | 'querystring' | 'body']?: z.ZodType<object> | StrictSchema<object>
  } & { readonly headers?: z.ZodType<object> }
  if (params !== undefined && !WHOLE_SEGMENTS.test(url)) {
    throw new RingfenceError(
      'option_invalid',
      'strictFastify: params needs a route of whole segments, like /orders/:id',
    )
  }
  const chains: Judge[] = []
  if (params !== undefined) chains.push(guards().use(validParams(params)))
  if (querystring !== undefined) chains.push(guards().use(validQuery(querystring)))
  if (headers !== undefined) chains.push(guards().use(validHeaders(headers)))
  if (body !== undefined) chains.push(guards().use(validBody(body)))
  return chains
}

/** A guard says `input` where Fastify says `body`. */
function renamed([name, value]: [string, unknown]): object {
  return { [name === 'input' ? 'body' : name]: value }
}

function requestOf({ id, raw, routeOptions }: FastifyRequest): GuardRequest {
  if (raw.readableDidRead) {
    throw new RingfenceError('guard_misused', 'strictFastify: a hook has read the body before the gates: remove it')
  }
  const gone = new AbortController()
  return createRequest({
    id,
    route: `${raw.method} ${routeOptions.url}`,
    method: raw.method ?? '',
    target: raw.url ?? '',
    receivedAt: Date.now(),
    peer: { address: '', entry: '', encrypted: false },
    rawHeaders: raw.rawHeaders,
    signal: () => {
      raw.once('close', () => gone.abort())
      return gone.signal
    },
    // Left open after a body that is too large: the answer has yet to go out.
    read: (limit) => readBytes(raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>, limit),
  })
}

/** What `validParams` reads: each segment is a text or one `:name`. */
const WHOLE_SEGMENTS = /^(?:\/(?::\w+|[\w.~-]*))*$/
