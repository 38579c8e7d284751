import { RingfenceError } from '@ringfence/errors'
import { allow, deny, type Guard } from '@ringfence/guard'
import * as z from 'zod'
import { deepStrict } from './deep-strict.ts'
import type { StrictSchema } from './strict-schema.ts'

/**
 * The guard for header fields that a route reads: the schema names them in lower case, every one occurs at most once, and
 * its value passes. Fields that the schema does not name are never looked at. Adds `headers`.
 *
 * @param schema a strict object of strings, e.g. `z.strictObject({ 'x-account': uuid().optional() })`
 *
 * @example
 * ```ts
 * guards().use(validHeaders(z.strictObject({ 'x-account': uuid() }))) // two X-Account fields: 400 request_malformed
 * ```
 */
export function validHeaders<Output extends object, Input>(
  schema: z.ZodType<Output, Input>,
): Guard<{}, { readonly headers: Output }, 'request_malformed'> {
  const strict: StrictSchema<Output, Input> = deepStrict(schema)
  const names = fieldNames(schema)
  return {
    name: 'validHeaders',
    denies: ['request_malformed'],
    adds: ['headers'],
    check: (request) => {
      const found: Record<string, string> = {}
      for (const name of names) {
        const [value, ...more] = request.header(name)
        if (more.length > 0) {
          return deny('request_malformed', { members: { errors: [{ path: `/${name}`, rule: 'repeated' }] } })
        }
        if (value !== undefined) found[name] = value
      }
      const verdict = strict.validate(found)
      if (verdict.ok) return allow({ headers: verdict.value })
      return deny('request_malformed', { members: { errors: verdict.errors.map((error) => ({ ...error })) } })
    },
  }
}

function fieldNames(schema: z.ZodType): readonly string[] {
  const names = schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
  if (names.length === 0 || !names.every((name) => FIELD_NAME.test(name))) {
    throw new RingfenceError('option_invalid', 'validHeaders: needs an object of field names in lower case')
  }
  return names
}

/** RFC 9110 section 5.1, in lower case, of the characters in use. */
const FIELD_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/
