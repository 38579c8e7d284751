import { RingfenceError } from '@ringfence/errors'
import { isLoopbackHost } from './address-rules.ts'

/** Two of the options of {@link createEgress}. */
export interface Destinations {
  readonly allow: readonly string[]
  readonly loopback: readonly string[]
}

/**
 * What {@link createEgress} has to be given so that the origins of these URLs can be reached and nothing else: those on
 * this machine, which may be plain http, as loopback, all others by https.
 *
 * @throws RingfenceError `option_invalid` for text that is no absolute URL
 *
 * @example
 * ```ts
 * const venue = createEgress({ ...destinationsOf(['https://venue.example/v1']), contentTypes: ['application/json'] })
 * ```
 */
export function destinationsOf(urls: readonly string[]): Destinations {
  const parsed = urls.map((url, i) => URL.parse(url) ?? fail(i))
  return {
    allow: parsed.filter(({ hostname }) => !isLoopbackHost(hostname)).map(({ host }) => host),
    loopback: parsed.filter(({ hostname }) => isLoopbackHost(hostname)).map(({ origin }) => origin),
  }
}

function fail(i: number): never {
  throw new RingfenceError('option_invalid', `destinationsOf: URL ${i + 1} is not absolute`)
}
