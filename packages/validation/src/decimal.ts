import { RingfenceError } from '@ringfence/errors'
import * as z from 'zod'
import { Decimal } from './decimal-value.ts'

/** What {@link decimal} needs to know. Bounds are decimal strings and inclusive. */
export interface DecimalOptions {
  /** The most digits after the point, 0 to 18. */
  readonly scale: number
  /** Default `0`. A sign is understood only when this is negative. */
  readonly min?: string
  readonly max: string
}

/**
 * A decimal amount in a JSON string, exact: `0.10` stays what it is, never a double. One grammar, `-?`digits with an
 * optional fraction: no exponent, plus, leading zero, bare point, separator, white space or digit beyond ASCII, and no
 * `-0`. Trailing zeros are allowed up to `scale`; compare with {@link Decimal}, not as text.
 *
 * The rules that errors name: `format`, `too_long`, `too_small`, `too_big`.
 *
 * @example
 * ```ts
 * const quantity = decimal({ scale: 8, min: '0.00000001', max: '1000' })
 * quantity.safeParse('1e3').success // false
 * ```
 */
export function decimal(options: DecimalOptions): z.ZodString {
  const { scale } = options
  if (!Number.isInteger(scale) || scale < 0 || scale > 18) {
    throw new RingfenceError('option_invalid', 'decimal: scale must be an integer from 0 to 18')
  }
  const min = Decimal.parse(options.min ?? '0')
  const max = Decimal.parse(options.max)
  if (min.compare(max) > 0) throw new RingfenceError('option_invalid', 'decimal: min must not be above max')
  const signed = min.units < 0n
  const wholeDigits = Math.max(...[min, max].map((bound) => wholeLength(bound.toString().replace('-', ''))))
  const fraction = scale === 0 ? '' : `(?:\\.[0-9]{1,${scale}})?`
  // eslint-disable-next-line security/detect-non-literal-regexp -- checked numbers
  const pattern = new RegExp(`^${signed ? '-?' : ''}(?:0|[1-9][0-9]{0,${wholeDigits - 1}})${fraction}$`)
  const longest = (signed ? 1 : 0) + wholeDigits + (scale === 0 ? 0 : scale + 1)
  const compareMin = comparison(min, signed)
  const compareMax = comparison(max, signed)
  let schema = z.string().max(longest, { abort: true }).regex(pattern, { abort: true })
  if (signed) schema = schema.refine((text) => !NEGATIVE_ZERO.test(text), { params: { rule: 'format' }, abort: true })
  // Without a sign nothing is below zero.
  if (min.units !== 0n) schema = schema.refine((text) => compareMin(text) >= 0, { params: { rule: 'too_small' } })
  return schema.refine((text) => compareMax(text) <= 0, { params: { rule: 'too_big' } })
}

/** Compares a text that fits the pattern with a bound: exactly, and mostly without a bigint. */
function comparison(bound: Decimal, signed: boolean): (text: string) => number {
  const near = Number(bound.toString())
  const length = wholeLength(bound.toString())
  return (text) => {
    // Without sign and leading zeros, more digits before the point mean more. Fewer characters are fewer digits, and a zero
    // in front is the only one.
    if (!signed && (text.length < length || (length > 1 && text.charCodeAt(0) === ZERO))) return -1
    const longer = signed ? 0 : wholeLength(text) - length
    // Rounding to a double never changes the order of two decimals, it can only make them equal.
    return longer || Number(text) - near || Decimal.parse(text).compare(bound)
  }
}

function wholeLength(text: string): number {
  const point = text.indexOf('.')
  return point === -1 ? text.length : point
}

const NEGATIVE_ZERO = /^-0(?:\.0+)?$/
const ZERO = 0x30
