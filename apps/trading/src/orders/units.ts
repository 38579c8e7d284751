/** A decimal string as a whole number of 10^-18: exact, so that ticks and notionals never meet a float. */
export function units(decimal: string): bigint {
  const [whole = '', fraction = ''] = decimal.split('.')
  if (fraction.length > SCALE) throw new RangeError('more decimal places than any instrument has')
  return BigInt(whole + fraction.padEnd(SCALE, '0'))
}

/** Price times quantity, both in {@link units}, rounded down to units again. */
export function notional(price: bigint, quantity: bigint): bigint {
  return (price * quantity) / ONE
}

const SCALE = 18
const ONE = 10n ** 18n
