import { Problem } from '../problem.ts'
import type { Parameters } from '../structured-fields/values.ts'

/**
 * `@query-param` (RFC 9421 section 2.2.8): the one query parameter whose re-encoded name is the `name` parameter. Both
 * name and value go through form parsing and are percent-encoded again, so `+` becomes `%20`. A problem if it is absent,
 * or occurs more than once.
 */
export function queryParameter(target: string, parameters: Parameters): string | Problem {
  const wanted = parameters.get('name')
  if (typeof wanted !== 'string' || parameters.size !== 1) return NO_NAME
  const query = target.indexOf('?')
  let found: string | undefined
  // With its question mark, which URLSearchParams drops: it would take a second one for the first.
  for (const [name, value] of new URLSearchParams(query < 0 ? '' : target.slice(query))) {
    if (encoded(name) !== wanted) continue
    if (found !== undefined) return TWICE
    found = value
  }
  return found === undefined ? ABSENT : encoded(found)
}

/** The percent-encode set of WHATWG `application/x-www-form-urlencoded`, with the space as `%20`. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

const NO_NAME = new Problem('signature base: @query-param takes a name and nothing else')
const TWICE = new Problem('signature base: a covered query parameter occurs more than once')
const ABSENT = new Problem('signature base: a covered query parameter is absent')
