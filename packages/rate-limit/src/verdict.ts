import type { Policy } from './policy.ts'

/** What one policy says. */
export interface PolicyVerdict {
  readonly policy: Policy
  readonly allowed: boolean
  /** Units left after this verdict. */
  readonly remaining: number
  /** Milliseconds until `remaining` grows; 0 if it is the whole limit. */
  readonly growsInMs: number
  /** Milliseconds until this policy would admit the call; 0 if it does now. */
  readonly retryAfterMs: number
}

/** What all policies of a limiter say about one call: a snapshot, never changed later. */
export interface Verdict {
  readonly allowed: boolean
  /** Milliseconds until the call would be admitted if nothing else is; fractional; 0 if it is allowed. */
  readonly retryAfterMs: number
  /** The fewest units that any policy has left. */
  readonly remaining: number
  /** The names of the policies that deny. */
  readonly violated: readonly string[]
  /** One entry for each policy, in the order of the limiter. */
  readonly policies: readonly PolicyVerdict[]
}
