import * as z from 'zod'

/**
 * An order id that the caller chose: 1 to `max` ASCII letters, digits, `_` and `-`, the first a letter or digit.
 *
 * @param options.max default 36, the most that Binance takes and enough for a UUID; at most 64
 */
export function clientOrderId(options: { readonly max?: number } = {}): z.ZodString {
  const max = Math.min(options.max ?? 36, 64)
  return z
    .string()
    .max(max, { abort: true })
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, { abort: true })
}
