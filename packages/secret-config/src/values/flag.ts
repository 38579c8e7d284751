import { z } from 'zod'

/** A schema for a switch: exactly `true` or `false`. Spellings such as `1`, `yes` or `False` are refused, not guessed. */
export function flag(): z.ZodType<boolean, string> {
  return z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .describe('true or false')
}
