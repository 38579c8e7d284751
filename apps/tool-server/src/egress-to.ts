import { createEgress, destinationsOf, type Egress } from '@ringfence/egress'

/** A way to the origins of these URLs and nowhere else. */
export function egressTo(urls: readonly string[], contentTypes: readonly string[]): Egress {
  return createEgress({ ...destinationsOf(urls), contentTypes, deadlineMs: 5_000 })
}
