import { z } from 'zod'

/**
 * A schema for a JSON text whose value another schema checks. Problems name the place inside:
 * `TRADING_API_KEYS[0].scope`.
 *
 * @example
 * ```ts
 * z.object({ TRADING_API_KEYS: jsonValue(z.array(keyRecord).min(1)) })
 * ```
 */
export function jsonValue<T>(schema: z.ZodType<T>): z.ZodType<T, string> {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text)
      } catch {
        // The parser's own message quotes the text.
        context.addIssue({ code: 'custom' })
        return z.NEVER
      }
    })
    .pipe(schema)
    .describe(schema.description ?? 'a JSON value of the documented form')
}
