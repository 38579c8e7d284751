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
export interface Verdict {
  readonly allowed: boolean
  /** Milliseconds until the call would be admitted if nothing else is; fractional; 0 if it is allowed. */
  readonly retryAfterMs: number
  /** The fewest units that any policy has left. */
  readonly remaining: number
  /** The names of the policies that deny. */
  readonly violated: readonly string[]
  /**
   * What each policy says, in the order of the limiter. A denial that is known without asking a shared store lists only
   * the policies that deny.
   */
  readonly policies: readonly PolicyVerdict[]
}

/** The verdict of one policy. Most are never looked at closely, so lists are made when somebody asks for them. */
export class SoleVerdict implements Verdict, PolicyVerdict {
  readonly policy: Policy
  readonly remaining: number
  readonly growsInMs: number
  readonly retryAfterMs: number

  constructor(policy: Policy, remaining: number, growsInMs: number, retryAfterMs: number) {
    this.policy = policy
    this.remaining = remaining
    this.growsInMs = growsInMs
    this.retryAfterMs = retryAfterMs
  }

  get allowed(): boolean {
    return this.retryAfterMs === 0
  }

  get violated(): readonly string[] {
    return this.allowed ? [] : [this.policy.name]
  }

  get policies(): readonly PolicyVerdict[] {
    return [this]
  }
}

/** The verdict of several policies that decide together. */
export class JointVerdict implements Verdict {
  readonly policies: readonly PolicyVerdict[]
  readonly retryAfterMs: number

  constructor(policies: readonly PolicyVerdict[]) {
    this.policies = policies
    this.retryAfterMs = Math.max(...policies.map(({ retryAfterMs }) => retryAfterMs))
  }

  get allowed(): boolean {
    return this.retryAfterMs === 0
  }

  get remaining(): number {
    return Math.min(...this.policies.map(({ remaining }) => remaining))
  }

  get violated(): readonly string[] {
    return this.policies.filter(({ retryAfterMs }) => retryAfterMs > 0).map(({ policy }) => policy.name)
  }
}

/** The verdict of one policy, or of several together. */
export function together(policies: readonly SoleVerdict[]): Verdict {
  return policies.length === 1 ? policies[0]! : new JointVerdict(policies)
}
