import { RingfenceError } from '@ringfence/errors'

/**
 * What every key of the stores with this prefix begins with. They share one hash tag, hence one slot: a script may touch
 * several of them in a cluster. The default is short, since it is part of every key.
 *
 * @throws {RingfenceError} `option_invalid`
 */
export function keySpace(prefix = 'rf'): string {
  if (/^[A-Za-z0-9:_-]{1,32}$/.test(prefix)) return `{${prefix}}`
  throw new RingfenceError('option_invalid', 'redis stores: prefix must be 1 to 32 letters, digits, : _ or -')
}
