import * as z from 'zod'

/**
 * An instant in UTC as RFC 3339 section 5.6 spells it, `2026-11-22T08:00:00Z` or with exactly three fraction digits, on a
 * day that exists. Offsets, lower case, leap seconds, `24:00`, 30 February and other fractions are refused, so that
 * `Date.parse` reads it exactly.
 */
export function timestamp(): z.ZodString {
  return z
    .string()
    .max(24, { abort: true })
    .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{3})?Z$/, { abort: true })
    .refine(isRealInstant, { params: { rule: 'no_such_instant' } })
}

/** What a Date makes of a day or hour that does not exist is another day: the way back shows it. */
function isRealInstant(text: string): boolean {
  const instant = new Date(text)
  if (Number.isNaN(instant.getTime())) return false
  const canonical = instant.toISOString()
  return canonical === text || canonical.replace('.000Z', 'Z') === text
}
