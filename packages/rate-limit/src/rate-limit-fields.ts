import type { HeaderList, JsonValue } from '@ringfence/guard'
import type { Policy } from './policy.ts'
import type { PolicyVerdict, Verdict } from './verdict.ts'

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
  return fields(verdict, policyField(verdict.policies))
}

/** {@link rateLimitFields} for one limiter: what its policies say of themselves is written once. */
export function fieldWriter(policies: readonly Policy[]): (verdict: Verdict) => HeaderEntry[] {
  const all = policyField(policies.map((policy) => ({ policy, limit: policy.limit })))
  const dynamic = policies.some(({ limitOf }) => limitOf !== undefined)
  return (verdict) => {
    const same = !dynamic && verdict.policies.length === policies.length
    return fields(verdict, same ? all : policyField(verdict.policies))
  }
}

/** The members of the `quota-exceeded` problem: which policies deny, and the exact wait. */
export function rateLimitMembers(verdict: Verdict): { readonly [member: string]: JsonValue } {
  return { 'violated-policies': verdict.violated, retryAfterMs: Math.ceil(verdict.retryAfterMs) }
}

type HeaderEntry = HeaderList[number]

function fields(verdict: Verdict, policies: HeaderEntry): HeaderEntry[] {
  let states = ''
  for (const { policy, remaining, growsInMs, retryAfterMs } of verdict.policies) {
    states += `${states === '' ? '"' : ', "'}${policy.name}";r=${remaining}`
    if (growsInMs > 0) states += `;t=${seconds(growsInMs)}`
    if (retryAfterMs > 0 && retryAfterMs < Infinity) states += `;ringfence-wait-ms=${Math.ceil(retryAfterMs)}`
  }
  if (verdict.allowed) return [policies, ['ratelimit', states]]
  // Not earlier than any t: every policy that denies grows before it admits.
  return [policies, ['ratelimit', states], ['retry-after', String(seconds(verdict.retryAfterMs))]]
}

/** Names need no escaping (RFC 9651 section 3.3.3): policy() lets only letters, digits and hyphens in. */
function policyField(policies: readonly Pick<PolicyVerdict, 'policy' | 'limit'>[]): HeaderEntry {
  const items = policies.map(({ policy, limit }) => `"${policy.name}";q=${limit};w=${seconds(policy.windowMs)}`)
  return ['ratelimit-policy', items.join(', ')]
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000)
}
