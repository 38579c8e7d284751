import type * as z from 'zod'

import { MOST_ERRORS, toPointer, told, type FieldError } from './verdict.ts'

/** Turns issues of zod into errors that are few and small. */
export function fieldErrors(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  known: ReadonlySet<string>,
): readonly FieldError[] {
  return told(
    issues.slice(0, MOST_ERRORS).map((issue) => ({ path: toPointer(issue.path, known), rule: rule(issue, value) })),
  )
}

function rule(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'custom') return named(issue.params?.['rule'])
  if (issue.code === 'too_small' || issue.code === 'too_big')
    return (SIZED.has(issue.origin) ? LENGTHS : RULES)[issue.code]
  return MAY_BE_ABSENT.has(issue.code) && isAbsent(value, issue.path) ? 'required' : RULES[issue.code]
}

function named(name: unknown): string {
  return typeof name === 'string' && /^[a-z][a-z0-9_]{0,31}$/.test(name) ? name : 'custom'
}

function isAbsent(value: unknown, path: readonly PropertyKey[]): boolean {
  let at = value
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return true
    at = (at as Record<PropertyKey, unknown>)[step]
  }
  return at === undefined
}

const RULES = {
  invalid_type: 'type',
  invalid_value: 'value',
  invalid_union: 'variant',
  invalid_format: 'format',
  invalid_key: 'key',
  invalid_element: 'element',
  not_multiple_of: 'not_multiple',
  unrecognized_keys: 'unknown_key',
  too_small: 'too_small',
  too_big: 'too_big',
}
const LENGTHS = { too_small: 'too_short', too_big: 'too_long' }
const MAY_BE_ABSENT: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value', 'invalid_union'])
const SIZED: ReadonlySet<string> = new Set(['string', 'array', 'set', 'file'])
