import { allow, deny, type Guard, type Outcome } from '@ringfence/guard'
import type * as z from 'zod'
import { deepStrict } from './deep-strict.ts'
import { StrictSchema } from './strict-schema.ts'
import { declaresJson } from './declares-json.ts'
import { readJson } from './parse-json.ts'
import { jsonLimits, type JsonLimits } from './json-limits.ts'

/** What {@link validBody} may be told. */
export interface ValidBodyOptions {
  /** Bytes of the raw body. Default 10,240. */
  readonly limit?: number
  /** Limits of the JSON gate other than the size. */
  readonly json?: Omit<JsonLimits, 'bytes'>
}

/** What {@link validBody} can deny with. */
export type ValidBodyDenies =
  | 'media_type_unsupported'
  | 'body_too_large'
  | 'body_incomplete'
  | 'body_malformed'
  | 'body_invalid'

/**
 * The guard for request bodies: bytes, JSON and schema gate in that order. A handler behind it receives `input`, a
 * deeply frozen value of exactly the schema's shape; the execution gate accepts no other value.
 *
 * Refuses a Content-Type other than JSON in UTF-8 and any Content-Encoding (415), more than `limit` bytes while they
 * arrive (413), text that is not one unambiguous JSON document (400) and documents that break the schema (422). The
 * `errors` member of the problem document names path and rule and never repeats the input.
 *
 * @param schema a zod schema, judged by {@link deepStrict}, or what it returned
 *
 * @example
 * ```ts
 * const order = z.strictObject({ side: z.enum(['buy', 'sell']), quantity: decimal({ scale: 8, max: '1000' }) })
 * const chain = guards().use(hmacAuth({ keys })).use(validBody(order))
 * ```
 */
export function validBody<Output, Input>(
  schema: z.ZodType<Output, Input> | StrictSchema<Output, Input>,
  options: ValidBodyOptions = {},
): Guard<{}, { readonly input: Output }, ValidBodyDenies> {
  const strict = schema instanceof StrictSchema ? schema : deepStrict(schema)
  const limits = jsonLimits({ ...options.json, bytes: options.limit ?? BODY_BYTES })

  function judge(bytes: Uint8Array): Outcome<{ readonly input: Output }, ValidBodyDenies> {
    const json = readJson(bytes, limits)
    if (!json.ok) return deny('body_malformed', { members: { errors: [{ path: '', rule: json.fault }] } })
    const verdict = strict.validate(json.value)
    if (!verdict.ok) return deny('body_invalid', { members: { errors: verdict.errors.map((error) => ({ ...error })) } })
    return allow({ input: verdict.value })
  }

  return {
    name: 'validBody',
    denies: ['media_type_unsupported', 'body_too_large', 'body_incomplete', 'body_malformed', 'body_invalid'],
    adds: ['input'],
    check: (request) => {
      if (!declaresJson(request)) return deny('media_type_unsupported', { headers: IDENTITY_ONLY })
      const body = request.body(limits.bytes)
      return body instanceof Uint8Array ? judge(body) : body.then(judge)
    },
  }
}

/** RFC 9110 section 12.5.3: a 415 over a content coding says which are understood. */
const IDENTITY_ONLY = [['accept-encoding', 'identity']] as const

const BODY_BYTES = 10_240
