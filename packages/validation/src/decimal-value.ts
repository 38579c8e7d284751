import { RingfenceError } from '@ringfence/errors'

/**
 * An exact decimal number: a bigint of units and how many of its digits stand after the point. Immutable; no operation
 * rounds. For prices, quantities and limits, where `0.1 + 0.2` must be `0.3` and a tick check must not be a guess.
 *
 * @example
 * ```ts
 * const notional = Decimal.parse('64250.50').times(Decimal.parse('0.125')) // 8031.3125
 * notional.compare(Decimal.parse('10000')) < 0
 * ```
 */
export class Decimal {
  readonly units: bigint
  readonly scale: number

  private constructor(units: bigint, scale: number) {
    this.units = units
    this.scale = scale
    Object.freeze(this)
  }

  /**
   * Reads `-?` digits, with or without a fraction: no exponent, no plus, no leading zero, no bare point, no `-0`, ASCII
   * digits only, at most 64 characters. Anything else throws `option_invalid` without repeating it.
   */
  static parse(text: string): Decimal {
    if (typeof text !== 'string' || text.length > MOST_CHARACTERS || !CANONICAL.test(text)) throw notDecimal()
    const point = text.indexOf('.')
    const scale = point === -1 ? 0 : text.length - point - 1
    const units = BigInt(text.replace('.', ''))
    if (units === 0n && text.startsWith('-')) throw notDecimal()
    return new Decimal(units, scale)
  }

  plus(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale)
    return new Decimal(this.#at(scale) + other.#at(scale), scale)
  }

  minus(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale)
    return new Decimal(this.#at(scale) - other.#at(scale), scale)
  }

  times(other: Decimal): Decimal {
    return new Decimal(this.units * other.units, this.scale + other.scale)
  }

  /** Negative, zero or positive as this is less than, equal to or greater than the other: `1.0` equals `1`. */
  compare(other: Decimal): -1 | 0 | 1 {
    const scale = Math.max(this.scale, other.scale)
    const difference = this.#at(scale) - other.#at(scale)
    return difference < 0n ? -1 : difference > 0n ? 1 : 0
  }

  /** Is this a whole number of steps, counted from zero? A step of zero divides nothing. */
  isMultipleOf(step: Decimal): boolean {
    if (step.units === 0n) return false
    const scale = Math.max(this.scale, step.scale)
    return this.#at(scale) % step.#at(scale) === 0n
  }

  /** The one spelling of this value: no trailing zeros, no point without a fraction. */
  toString(): string {
    const digits = (this.units < 0n ? -this.units : this.units).toString().padStart(this.scale + 1, '0')
    const whole = digits.slice(0, digits.length - this.scale)
    let end = digits.length
    while (end > whole.length && digits.charCodeAt(end - 1) === 0x30) end--
    const fraction = digits.slice(whole.length, end)
    return `${this.units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
  }

  toJSON(): string {
    return this.toString()
  }

  #at(scale: number): bigint {
    return scale === this.scale ? this.units : this.units * 10n ** BigInt(scale - this.scale)
  }
}

function notDecimal(): RingfenceError {
  return new RingfenceError('option_invalid', 'a decimal is digits with at most one point, like 12.50, and no exponent')
}

const CANONICAL = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/
const MOST_CHARACTERS = 64
