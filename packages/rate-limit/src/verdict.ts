import type { Policy } from './policy.ts'

/** What one policy says. */
export interface PolicyVerdict {
  readonly policy: Policy
  /** Units left after this verdict. */
  readonly remaining: number
  /** Milliseconds until `remaining` grows; 0 if it is the whole limit. */
  readonly growsInMs: number
  /** Milliseconds until this policy would admit the call; 0 if it does now. */
  readonly retryAfterMs: number
}

/** What all policies of a limiter say about one call: a snapshot, never changed later. */
export class Verdict {
  readonly allowed: boolean
  /** Milliseconds until the call would be admitted if nothing else is; fractional; 0 if it is allowed. */
  readonly retryAfterMs: number
  readonly #policies: readonly Policy[]
  readonly #states: readonly number[]

  /** @param states for each policy `remaining`, `growsInMs` and `retryAfterMs`: most verdicts are never looked at closer */
  constructor(allowed: boolean, retryAfterMs: number, policies: readonly Policy[], states: readonly number[]) {
    this.allowed = allowed
    this.retryAfterMs = retryAfterMs
    this.#policies = policies
    this.#states = states
  }

  /** The fewest units that any policy has left. */
  get remaining(): number {
    return Math.min(...this.policies.map(({ remaining }) => remaining))
  }

  /** The names of the policies that deny. */
  get violated(): readonly string[] {
    return this.policies.filter(({ retryAfterMs }) => retryAfterMs > 0).map(({ policy }) => policy.name)
  }

  /** What each policy says, in the order of the limiter. A denial known without asking a shared store lists only those that deny. */
  get policies(): readonly PolicyVerdict[] {
    return this.#policies.map((policy, i) => ({
      policy,
      remaining: this.#states[3 * i]!,
      growsInMs: this.#states[3 * i + 1]!,
      retryAfterMs: this.#states[3 * i + 2]!,
    }))
  }
}
