import { RingfenceError } from '@ringfence/errors'
import type { GuardRequest } from '@ringfence/guard'

/** What requests are counted by: one text, or several parts that are joined so that they cannot collide. */
export type KeyParts = string | readonly string[]

/** Reads the key of a request, e.g. its route and principal. */
export type KeyFunction<Needs extends object> = (request: GuardRequest, context: Readonly<Needs>) => KeyParts

/** At most `limit` units in ANY window of `windowMs`, per key. */
export interface Policy<Needs extends object = never> {
  /** Names the policy in `RateLimit-Policy` and in `violated-policies`. */
  readonly name: string
  readonly limit: number
  readonly windowMs: number
  /** How many keys the in-process store keeps at once; the ones beyond share one budget of `limit`. */
  readonly maxKeys: number
  /** What happens to calls while a shared store is down. There is no open. */
  readonly whenStoreFails: 'closed' | 'local'
  /** Counts and reports as if it were in force, but denies nothing. */
  readonly shadow: boolean
  /** A limit of a key's own. */
  readonly limitOf?: ((key: KeyParts) => number | undefined) | undefined
  /** What the guard counts by. */
  readonly key?: KeyFunction<Needs> | undefined
}

export interface PolicyOptions<Needs extends object> {
  /** Lowercase letters, digits and hyphens. */
  readonly name: string
  /** Units per window: 1 to 10000, to 1000 in Redis. The whole limit may be used as one burst. */
  readonly limit: number
  /** Length of the window in milliseconds: 1 to 2^31 - 1. */
  readonly windowMs: number
  /**
   * Keys that this process keeps apart at once (default 16384). Memory is fixed: `24 + 8 * limit` bytes a key. With a store
   * in Redis the process also remembers the names of so many keys, of each kind (a text, or parts).
   */
  readonly maxKeys?: number
  /**
   * While a shared store is down, `closed` (default) refuses, and `local` counts in this process: then every process
   * admits at most `limit` in any window. A call is judged `local` only if all its policies say so.
   */
  readonly whenStoreFails?: 'closed' | 'local'
  /** Try a limit before it is in force: it counts, shows in the fields and in `shadowed`, and denies nothing. */
  readonly shadow?: boolean
  /**
   * A limit of a key's own, 1 to `limit`, or undefined for `limit`. It is asked at every call, so a change of
   * configuration holds from the next one on. The key is what `consume` gets, in a guard from the `key` function.
   */
  readonly limitOf?: (key: KeyParts) => number | undefined
  readonly key?: KeyFunction<Needs>
}

/**
 * Describes one limit.
 *
 * @throws {RingfenceError} `option_invalid`
 *
 * @example
 * ```ts
 * const endpoint = policy({ name: 'endpoint', limit: 10, windowMs: 1000, key: byRoute })
 * ```
 */
export function policy<Needs extends object = {}>(options: PolicyOptions<Needs>): Policy<Needs> {
  const { name, limit, windowMs, maxKeys = 16_384, whenStoreFails = 'closed', shadow = false, limitOf, key } = options
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(name)) invalid('name must be 1 to 63 lowercase letters, digits and hyphens')
  whole(limit, 'limit', 10_000)
  whole(windowMs, 'windowMs', 2 ** 31 - 1)
  whole(maxKeys, 'maxKeys', 2 ** 24 - 1)
  if (whenStoreFails !== 'closed' && whenStoreFails !== 'local') invalid('whenStoreFails must be closed or local')
  return Object.freeze({ name, limit, windowMs, maxKeys, whenStoreFails, shadow, limitOf, key })
}

/** The limit that holds for a key now. */
export function limitFor({ name, limit, limitOf }: Policy, key: KeyParts): number {
  if (limitOf === undefined) return limit
  const own = limitOf(key) ?? limit
  if (Number.isInteger(own) && own >= 1 && own <= limit) return own
  return invalid(`limitOf of "${name}" answered a limit that is not a whole number from 1 to ${limit}`)
}

function whole(value: number, name: string, max: number): void {
  if (!(Number.isInteger(value) && value >= 1 && value <= max))
    invalid(`${name} must be a whole number from 1 to ${max}`)
}

function invalid(why: string): never {
  throw new RingfenceError('option_invalid', `policy: ${why}`)
}
