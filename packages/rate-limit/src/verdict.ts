import type { Policy } from './policy.ts'

/** What one policy says. */
export interface PolicyVerdict {
  readonly policy: Policy
  /** The limit that held for the key. */
  readonly limit: number
  /** Units left after this verdict. */
  readonly remaining: number
  /** Milliseconds until `remaining` grows; 0 if all units are there. */
  readonly growsInMs: number
  /** Milliseconds until this policy would admit the call; 0 if it does now; infinite for a cost above the limit of a shadow. */
  readonly retryAfterMs: number
}

/** What all policies of a limiter say about one call: a snapshot, never changed later. */
export interface Verdict {
  readonly allowed: boolean
  /** Milliseconds until the call would be admitted if nothing else is; fractional; 0 if it is allowed. */
  readonly retryAfterMs: number
  /** The fewest units that any policy in force has left. */
  readonly remaining: number
  /** The names of the policies that deny. */
  readonly violated: readonly string[]
  /** The names of the shadow policies that would deny if they were in force. */
  readonly shadowed: readonly string[]
  /**
   * What each policy says, in the order of the limiter. A denial that is known without asking a shared store lists only
   * the policies that deny.
   */
  readonly policies: readonly PolicyVerdict[]
}

/** The verdict of one policy. Most are never looked at closely, so lists are made when somebody asks for them. */
export class SoleVerdict implements Verdict, PolicyVerdict {
  readonly policy: Policy
  readonly limit: number
  readonly remaining: number
  readonly growsInMs: number
  readonly retryAfterMs: number

  constructor(policy: Policy, limit: number, remaining: number, growsInMs: number, retryAfterMs: number) {
    this.policy = policy
    this.limit = limit
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

  get shadowed(): readonly string[] {
    return []
  }

  get policies(): readonly PolicyVerdict[] {
    return [this]
  }
}

/** The verdict of several policies that decide together. Its lists are made when somebody asks for them, too. */
class JointVerdict implements Verdict {
  readonly policies: readonly PolicyVerdict[]
  readonly retryAfterMs: number

  constructor(policies: readonly PolicyVerdict[]) {
    let wait = 0
    for (const one of policies) if (one.retryAfterMs > wait && !one.policy.shadow) wait = one.retryAfterMs
    this.policies = policies
    this.retryAfterMs = wait
  }

  get allowed(): boolean {
    return this.retryAfterMs === 0
  }

  get remaining(): number {
    return Math.min(...this.policies.map((one) => (one.policy.shadow ? Number.POSITIVE_INFINITY : one.remaining)))
  }

  get violated(): readonly string[] {
    return denying(this.policies, false)
  }

  get shadowed(): readonly string[] {
    return denying(this.policies, true)
  }
}

/** The verdict of one policy that is in force, or of several policies together. */
export function together(policies: readonly SoleVerdict[]): Verdict {
  return policies.length === 1 && !policies[0]!.policy.shadow ? policies[0]! : new JointVerdict(policies)
}

function denying(policies: readonly PolicyVerdict[], shadow: boolean): readonly string[] {
  const names: string[] = []
  for (const { policy, retryAfterMs } of policies) {
    if (retryAfterMs > 0 && policy.shadow === shadow) names.push(policy.name)
  }
  return names
}
