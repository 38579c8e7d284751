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
    .regex(
      /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{3})?Z$/,
      { abort: true },
    )
    .refine(isRealDay, { params: { rule: 'no_such_day' } })
}

function isRealDay(text: string): boolean {
  const day = Number(text.slice(8, 10))
  if (day <= 28) return true
  // Day 0 of the next month is the last of this one. Date.UTC would read the years 0 to 99 as 1900 to 1999.
  const year = Number(text.slice(0, 4)) + 400
  return day <= new Date(Date.UTC(year, Number(text.slice(5, 7)), 0)).getUTCDate()
}
