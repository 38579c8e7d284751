import { RingfenceError } from '@ringfence/errors'

/** How many sessions a store keeps. */
export interface SessionCapacity {
  /** Of all keys (default 10000); one more is refused. */
  readonly capacity?: number
  /** Of one key (default 1000): a key that starts session after session keeps out itself, and no other. */
  readonly perKey?: number
}

/** @throws {RingfenceError} `option_invalid` */
export function checkedCapacity(options: SessionCapacity, name: string): Required<SessionCapacity> {
  const { capacity = 10_000, perKey = 1_000 } = options
  for (const [option, value] of Object.entries({ capacity, perKey })) {
    if (Number.isSafeInteger(value) && value >= 1) continue
    throw new RingfenceError('option_invalid', `${name}: ${option} must be a positive number of sessions`)
  }
  return { capacity, perKey }
}
