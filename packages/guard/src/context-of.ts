import type { IncomingMessage } from 'node:http'
import { RingfenceError } from '@ringfence/errors'
import { exchangeOf } from './exchange.ts'
import type { Guarded } from './guarded.ts'

/**
 * The context of an admitted request. Throws when the framework brought the request to another handler than the guards
 * were asked for, or past the core altogether: then nothing was proved.
 */
export function contextOf(message: IncomingMessage, guarded: Guarded): object {
  const admission = exchangeOf(message)?.admission
  if (admission?.guarded === guarded) return admission.context
  throw new RingfenceError(
    'guard_misused',
    admission === undefined
      ? 'this request did not come through the guards: serve the app with the server that the adapter made'
      : 'the framework routed this request to a handler with other guards than those that allowed it',
  )
}
