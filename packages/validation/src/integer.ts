import { RingfenceError } from '@ringfence/errors'
import * as z from 'zod'

/**
 * A whole number in a text, for queries, path parameters, headers and environment: canonical ASCII digits, turned into a
 * number. `0x10`, `1e3`, `+1`, `01`, `-0` and ` 1` are refused.
 */
export function integer(options: { readonly min?: number; readonly max: number }): z.ZodType<number, string> {
  const { min = 0, max } = options
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min > max) {
    throw new RingfenceError('option_invalid', 'integer: min and max must be safe integers, min not above max')
  }
  const longest = Math.max(String(min).length, String(max).length)
  return z
    .string()
    .max(longest, { abort: true })
    .regex(min < 0 ? /^(?:0|-?[1-9][0-9]*)$/ : /^(?:0|[1-9][0-9]*)$/, { abort: true })
    .refine((text) => Number(text) >= min, { params: { rule: 'too_small' } })
    .refine((text) => Number(text) <= max, { params: { rule: 'too_big' } })
    .transform(Number)
}
