import { allow, deny, type Guard } from '@ringfence/guard'
import type * as z from 'zod'
import { deepStrict } from './deep-strict.ts'
import { StrictSchema } from './strict-schema.ts'
import { parseQuery } from './parse-query.ts'

/**
 * The guard for query parameters: every value is a string, every parameter occurs once, and the schema knows them all.
 * Adds `query`. The `errors` member of the problem document names parameter and rule and never repeats the input.
 *
 * @param schema a strict object of strings, e.g. `z.strictObject({ limit: integer({ min: 1, max: 100 }) })`
 */
export function validQuery<Output, Input>(
  schema: z.ZodType<Output, Input> | StrictSchema<Output, Input>,
): Guard<{}, { readonly query: Output }, 'query_invalid'> {
  const strict = schema instanceof StrictSchema ? schema : deepStrict(schema)
  return {
    name: 'validQuery',
    denies: ['query_invalid'],
    adds: ['query'],
    check: ({ target }) => {
      const mark = target.indexOf('?')
      const found = parseQuery(mark === -1 ? '' : target.slice(mark + 1))
      if (found === undefined) return deny('query_invalid', { members: { errors: [{ path: '', rule: 'not_query' }] } })
      const verdict = strict.validate(found)
      if (verdict.ok) return allow({ query: verdict.value })
      return deny('query_invalid', { members: { errors: verdict.errors.map((error) => ({ ...error })) } })
    },
  }
}
