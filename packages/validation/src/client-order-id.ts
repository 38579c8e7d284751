import { RingfenceError } from '@ringfence/errors'
import * as z from 'zod'

/**
 * An order id that the caller chose: 1 to `max` ASCII letters, digits, `_` and `-`, the first a letter or digit.
 *
 * @param options.max default 36, the most that Binance takes and enough for a UUID; 1 to 64, else `option_invalid`
 */
export function clientOrderId(options: { readonly max?: number } = {}): z.ZodString {
  const { max = 36 } = options
  if (!Number.isInteger(max) || max < 1 || max > 64) {
    throw new RingfenceError('option_invalid', 'clientOrderId: max must be an integer from 1 to 64')
  }
  return z
    .string()
    .max(max, { abort: true })
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, { abort: true })
}
