import { RingfenceError } from '@ringfence/errors'
import type { Guard } from './guard.ts'
import { allow } from './outcome.ts'

/**
 * Reads the raw body, at most `bytes` of it, counted while streaming whatever the header fields claim. Guards after it
 * get the same bytes.
 */
export function bodyLimit(bytes: number): Guard<{}, { rawBody: Uint8Array }, 'body_too_large' | 'body_incomplete'> {
  if (!Number.isSafeInteger(bytes) || bytes < 0) {
    throw new RingfenceError('option_invalid', 'bodyLimit takes a whole number of bytes')
  }
  return {
    name: `bodyLimit(${bytes})`,
    denies: ['body_too_large', 'body_incomplete'],
    adds: ['rawBody'],
    check: (request) => {
      const body = request.body(bytes)
      return body instanceof Uint8Array ? allow({ rawBody: body }) : body.then((rawBody) => allow({ rawBody }))
    },
  }
}
