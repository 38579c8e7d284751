import { RingfenceError } from '@ringfence/errors'

/** The explicit statement that a route needs no guard, and why. Only {@link open} makes one. */
export class Open {
  readonly why: string

  /** @internal */
  constructor(why: string) {
    this.why = why
    Object.freeze(this)
  }
}

/**
 * Leaves a route unguarded on purpose. The reason is printed by `explain()`.
 *
 * @example
 * ```ts
 * guardNode({ 'GET /healthz': guarded(open('liveness probe'), (_ctx, _req, res) => res.end('ok')) })
 * ```
 */
export function open(why: string): Open {
  if (typeof why !== 'string' || why.trim() === '') {
    throw new RingfenceError('option_invalid', 'open() takes the reason why this route needs no guard')
  }
  return new Open(why)
}
