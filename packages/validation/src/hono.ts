import { randomUUID } from 'node:crypto'
import { RingfenceError } from '@ringfence/errors'
import { createRequest, deny, type Deny, type GuardRequest, guards, type Outcome, problem } from '@ringfence/guard'
import type { Context, MiddlewareHandler } from 'hono'
import type * as z from 'zod'
import { deepStrict } from './deep-strict.ts'
import { readBytes } from './read-bytes.ts'
import { StrictSchema } from './strict-schema.ts'
import { validBody, type ValidBodyOptions } from './valid-body.ts'
import { validHeaders } from './valid-headers.ts'
import { validQuery } from './valid-query.ts'

/** The part of a request that {@link strictValidator} judges, as Hono names it. */
export type StrictTarget = 'json' | 'query' | 'param' | 'header'

/**
 * A validator for Hono in the place of `validator()`, with all the gates: for `json` it takes the raw bytes, counted while
 * they arrive, through `parseJson` and the schema; `query` is read from the URL as sent, so a parameter that occurs twice
 * is refused and not a list; `header` looks at the named fields only. `c.req.valid(target)` answers the frozen value.
 * A refusal is a problem document (RFC 9457) and the handler never runs.
 *
 * It stands alone. Behind `guardHono` the same gates are guards of the chain (`validBody`), which runs before Hono.
 *
 * @param schema zod, judged by {@link deepStrict}, or (but for `header`) what it returned, so that an `executionGate` takes
 * the value
 * @throws RingfenceError `schema_not_strict`, `option_invalid`
 *
 * @example
 * ```ts
 * app.post('/orders', strictValidator('json', order), (c) => c.json({ side: c.req.valid('json').side }))
 * ```
 */
export function strictValidator<Target extends StrictTarget, Output extends object, Input>(
  target: Target,
  schema: z.ZodType<Output, Input> | StrictSchema<Output, Input>,
  options: ValidBodyOptions = {},
): MiddlewareHandler<object, string, { in: { [K in Target]: Input }; out: { [K in Target]: Output } }> {
  const judge = judgeOf(target, schema, options)
  return async (c, next) => {
    const outcome = await judge(c)
    if (!outcome.ok) return refusal(outcome)
    c.req.addValidatedData(target, outcome.adds.value)
    return next()
  }
}

type Judge<Output> = (c: Context) => Outcome<{ readonly value: Output }> | Promise<Outcome<{ readonly value: Output }>>

function judgeOf<Output extends object, Input>(
  target: StrictTarget,
  schema: z.ZodType<Output, Input> | StrictSchema<Output, Input>,
  options: ValidBodyOptions,
): Judge<Output> {
  if (target === 'param') {
    const strict = schema instanceof StrictSchema ? schema : deepStrict(schema)
    return (c) => {
      const verdict = strict.validate(c.req.param())
      if (verdict.ok) return { ok: true, adds: { value: verdict.value } }
      return deny('query_invalid', { members: { errors: verdict.errors.map((error) => ({ ...error })) } })
    }
  }
  // A chain has deadlines, and denies when a guard throws.
  const chain =
    target === 'json'
      ? guards().use(validBody(schema, options))
      : target === 'query'
        ? guards().use(validQuery(schema))
        : guards().use(validHeaders(zodOnly(schema)))
  return async (c) => {
    const outcome = await chain.run(requestOf(c))
    if (!outcome.ok) return outcome
    const [value] = Object.values(outcome.adds) as [Output]
    return { ok: true, adds: { value } }
  }
}

/** `validHeaders` asks the schema for the names of the fields. */
function zodOnly<Output, Input>(
  schema: z.ZodType<Output, Input> | StrictSchema<Output, Input>,
): z.ZodType<Output, Input> {
  if (!(schema instanceof StrictSchema)) return schema
  throw new RingfenceError('option_invalid', 'strictValidator: a header is judged by a zod schema only')
}

function requestOf(c: Context): GuardRequest {
  const { raw, method, path } = c.req
  if (raw.bodyUsed) {
    throw new RingfenceError(
      'guard_misused',
      'strictValidator: a middleware has read the body before: register it later',
    )
  }
  const { body } = raw
  return createRequest({
    id: randomUUID(),
    route: `${method} ${path}`,
    method,
    // As sent, without the authority: to parse and write it again would change it.
    target: raw.url.slice(raw.url.indexOf('/', 'https://'.length)),
    receivedAt: Date.now(),
    peer: UNKNOWN,
    rawHeaders: [...raw.headers].flat(),
    signal: () => raw.signal,
    read: (limit) => (body === null ? new Uint8Array() : readBytes(body as AsyncIterable<Uint8Array>, limit)),
  })
}

function refusal(denied: Deny): Response {
  const { status, headers, body } = problem(denied, randomUUID())
  return new Response(body, { status, headers: headers.map(([name, value]) => [name, value]) })
}

/** The fetch API does not tell who is at the other end, and no gate asks. */
const UNKNOWN = { address: '', entry: '', encrypted: false }
