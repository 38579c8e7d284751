import type { DenyCode } from './deny-codes.ts'
import type { Outcome } from './outcome.ts'
import type { GuardRequest } from './request.ts'

/**
 * A value that looks at a raw request and answers allow or deny.
 *
 * `Needs` is what earlier guards must have proved, `Adds` what this one proves. A guard that answers at once keeps the
 * whole chain synchronous; one that throws, rejects or is late denies with `guard_failed`.
 */
export interface Guard<Needs extends object, Adds extends object, Code extends DenyCode = DenyCode> {
  readonly name: string
  /** Every code that `check` can deny with; `explain()` prints them. */
  readonly denies: readonly Code[]
  /** The context keys `check` reads. With it a wrong order is refused at start-up for plain JavaScript callers too. */
  readonly needs?: readonly (keyof Needs & string)[]
  /** The context keys `check` adds. */
  readonly adds?: readonly (keyof Adds & string)[]
  /** For guards that authenticate: does the request carry this guard's kind of credentials at all? See `either`. */
  readonly presents?: (request: GuardRequest) => boolean
  /** A property, not a method: methods are bivariant and would let a wrong order compile. */
  readonly check: (
    request: GuardRequest,
    context: Readonly<Needs>,
  ) => Outcome<Adds, Code> | Promise<Outcome<Adds, Code>>
}
