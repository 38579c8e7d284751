import * as z from 'zod'

/**
 * The spelling of an instrument: upper-case ASCII letters and digits, one `-`, `/` or `.` between two parts at most, such
 * as `BTC-USD` or `AAPL`. Lower case, white space and look-alikes of other scripts are refused. Whether the instrument
 * exists is for the execution gate to ask, or for `z.enum` when the list is fixed.
 */
export function symbol(): z.ZodString {
  return z
    .string()
    .max(25, { abort: true })
    .regex(/^[A-Z0-9]{1,12}(?:[-/.][A-Z0-9]{1,12})?$/, { abort: true })
}
