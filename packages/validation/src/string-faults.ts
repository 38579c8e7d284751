import type * as z from 'zod'
import { patternFault } from './linear-pattern.ts'
import { checkOf, definitionOf } from './zod-internals.ts'

/**
 * Marks a refinement of this package as one that lists what a text may consist of, like an anchored pattern does. It
 * must be total, linear and pure.
 */
export function vetted<F extends (value: string) => boolean>(refinement: F): F {
  VETTED.add(refinement)
  return refinement
}

/** What keeps a string schema from being a filter: no length cap, no list of allowed characters, a hostile pattern. */
export function stringFaults(schema: z.core.$ZodString): string[] {
  const own = definitionOf(schema) as z.core.$ZodStringDef & Partial<z.core.$ZodCheckStringFormatDef>
  const checks: StringCheck[] = (own.checks ?? []).map((check) => checkOf(check) as StringCheck)
  // z.uuid() and the like are schema and check in one.
  if (own.format !== undefined) checks.unshift({ ...own, check: 'string_format' } as StringCheck)
  const faults: string[] = []
  let capped: 'no' | 'late' | 'yes' = 'no'
  let filtered = false
  for (const check of checks) {
    if (check.check === 'max_length' || check.check === 'length_equals') capped = check.abort === true ? 'yes' : 'late'
    else if (check.check === 'string_format') {
      if (capped !== 'yes') faults.push('runs a pattern before its length is known: put max(n, { abort: true }) first')
      const why = check.pattern === undefined ? 'is a format without a pattern' : patternFault(check.pattern)
      if (why === undefined) filtered = true
      else faults.push(check.pattern === undefined ? why : `has a pattern that ${why}`)
    } else if (check.fn !== undefined && VETTED.has(check.fn)) filtered = true
  }
  if (capped === 'no') faults.push('is a string without max')
  if (!filtered) faults.push('is a string of any characters: give it an anchored pattern, z.enum or text()')
  return [...new Set(faults)]
}

interface StringCheck {
  readonly check: string
  readonly abort?: boolean
  readonly pattern?: RegExp
  readonly fn?: object
}

const VETTED = new WeakSet<object>()
