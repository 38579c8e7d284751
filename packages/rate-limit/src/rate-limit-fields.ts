import type { HeaderList, JsonValue } from '@ringfence/guard'
import type { Policy } from './policy.ts'
import type { Verdict } from './verdict.ts'

/** The text that {@link rateLimitFields} follows. A draft, so one function writes the fields and nothing else does. */
export const RATE_LIMIT_FIELDS_DRAFT = 'draft-ietf-httpapi-ratelimit-headers-11'

/**
 * The response fields that tell a client where it stands: `RateLimit-Policy`, `RateLimit` and, on a denial, `Retry-After`.
 *
 * `r` is what is left, `t` the seconds until there is more; both are the truth rounded so that an obedient client is
 * never denied. Whole seconds are coarse at 10 per second, so a denial also carries the exact wait in milliseconds, as
 * the vendor parameter `ringfence-wait-ms` of the policy that denies.
 *
 * @example
 * ```ts
 * rateLimitFields(limiter.consume('key-1'))
 * // [['ratelimit-policy', '"burst";q=10;w=1'], ['ratelimit', '"burst";r=9;t=1']]
 * ```
 */
export function rateLimitFields(verdict: Verdict): HeaderList {
  const policies: string[] = []
  const states: string[] = []
  for (const { policy, limit, remaining, growsInMs, retryAfterMs } of verdict.policies) {
    policies.push(policyItem(policy, limit))
    const t = growsInMs > 0 ? `;t=${seconds(growsInMs)}` : ''
    const wait = retryAfterMs > 0 ? `;ringfence-wait-ms=${Math.ceil(retryAfterMs)}` : ''
    states.push(`"${policy.name}";r=${remaining}${t}${wait}`)
  }
  const fields: [string, string][] = [
    ['ratelimit-policy', policies.join(', ')],
    ['ratelimit', states.join(', ')],
  ]
  // Not earlier than any t: every policy that denies grows before it admits.
  if (!verdict.allowed) fields.push(['retry-after', String(seconds(verdict.retryAfterMs))])
  return fields
}

/** The members of the `quota-exceeded` problem: which policies deny, and the exact wait. */
export function rateLimitMembers(verdict: Verdict): { readonly [member: string]: JsonValue } {
  return { 'violated-policies': verdict.violated, retryAfterMs: Math.ceil(verdict.retryAfterMs) }
}

/** Names need no escaping (RFC 9651 section 3.3.3): policy() lets only letters, digits and hyphens in. */
function policyItem({ name, windowMs }: Policy, limit: number): string {
  return `"${name}";q=${limit};w=${seconds(windowMs)}`
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000)
}
