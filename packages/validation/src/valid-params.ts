import { allow, deny, type Guard } from '@ringfence/guard'
import type * as z from 'zod'
import { deepStrict } from './deep-strict.ts'
import { StrictSchema } from './strict-schema.ts'
import { decodeComponent } from './parse-query.ts'

/**
 * The guard for path parameters: reads them from the route pattern (`GET /v1/orders/:id`) and the target as received,
 * so every framework yields the same ones, and judges them by the schema. Adds `params`.
 *
 * @param schema a strict object of strings, one per `:name` of the route
 */
export function validParams<Output, Input>(
  schema: z.ZodType<Output, Input> | StrictSchema<Output, Input>,
): Guard<{}, { readonly params: Output }, 'query_invalid'> {
  const strict = schema instanceof StrictSchema ? schema : deepStrict(schema)
  return {
    name: 'validParams',
    denies: ['query_invalid'],
    adds: ['params'],
    check: ({ route, target }) => {
      const found = readParams(route, target)
      if (found === undefined) return deny('query_invalid', { members: { errors: [{ path: '', rule: 'not_path' }] } })
      const verdict = strict.validate(found)
      if (verdict.ok) return allow({ params: verdict.value })
      return deny('query_invalid', { members: { errors: verdict.errors.map((error) => ({ ...error })) } })
    },
  }
}

/** The parameters of a target that matches its route segment by segment, else undefined. */
function readParams(route: string, target: string): Record<string, string> | undefined {
  const pattern = route.slice(route.indexOf(' ') + 1).split('/')
  const path = target.split('?', 1)[0]!.split('/')
  if (pattern.length !== path.length) return undefined
  const found: Record<string, string> = {}
  for (const [i, expected] of pattern.entries()) {
    const segment = path[i]!
    if (!expected.startsWith(':')) {
      if (segment !== expected) return undefined
      continue
    }
    const value = decodeComponent(segment)
    if (value === undefined || value === '') return undefined
    found[expected.slice(1)] = value
  }
  return found
}
