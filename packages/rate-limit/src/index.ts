export { blockFailures, type BlockOptions } from './block-failures.ts'
export { byAddress, type ByAddressOptions } from './by-address.ts'
export { byPrincipal } from './by-principal.ts'
export { byRoute } from './by-route.ts'
export { createLeases, type HeldLease, type Lease, type LeaseOptions, type Leases } from './create-leases.ts'
export {
  createLimiter,
  type BoundLimiter,
  type CallOptions,
  type Limiter,
  type LimiterOptions,
  type SharedLimiter,
  type SharedLimiterOptions,
  type Store,
} from './create-limiter.ts'
export type { Keys } from './log-set.ts'
export { policy, type KeyFunction, type KeyParts, type Policy, type PolicyOptions } from './policy.ts'
export { rateLimit, type RateLimitGuard, type RateLimitOptions } from './rate-limit.ts'
export { RATE_LIMIT_FIELDS_DRAFT, rateLimitFields, rateLimitMembers } from './rate-limit-fields.ts'
export type { PolicyVerdict, Verdict } from './verdict.ts'
