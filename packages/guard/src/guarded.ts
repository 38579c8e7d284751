import { RingfenceError } from '@ringfence/errors'
import { isChain, type AnyChain, type Chain } from './chain.ts'
import { Open } from './open.ts'

/** What stands before a handler: a chain of guards, or the reason why there is none. */
export type Guarded = AnyChain | Open

/** The context that the guards of `G` hand to the handler. */
export type ContextOf<G> = G extends Chain<infer Ctx> ? Readonly<Ctx> : {}

/** Remembers which guards stand before a handler. Adapters refuse to start with a handler that has none. */
export function mark<Handler extends object>(handler: Handler, guarded: Guarded): Handler {
  if (!isChain(guarded) && !(guarded instanceof Open)) {
    throw new RingfenceError('route_unguarded', 'guarded() takes a chain of guards or open(why)')
  }
  MARKS.set(handler, guarded)
  return handler
}

/** The guards before a registered handler; refuses a handler that was not made by `guarded()`. */
export function guardedOf(handler: unknown, route: string): Guarded {
  const guarded =
    typeof handler === 'function' || typeof handler === 'object' ? MARKS.get(handler as object) : undefined
  if (guarded !== undefined) return guarded
  throw new RingfenceError(
    'route_unguarded',
    `${route} has no guards: register it with guarded(chain, handler), or guarded(open('why'), handler) on purpose`,
  )
}

const MARKS = new WeakMap<object, Guarded>()
