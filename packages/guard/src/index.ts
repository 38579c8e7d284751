import type { Open as OpenRoute } from './open.ts'

export { apiVersion } from './api-version.ts'
export { bodyLimit } from './body-limit.ts'
export { guards, type Chain, type Fits, type GuardInfo } from './chain.ts'
export { DENY_CODES, type DenyCode, type DenyCodeInfo } from './deny-codes.ts'
export { either } from './either.ts'
export { explain } from './explain.ts'
export type { Guard } from './guard.ts'
export { open } from './open.ts'
export {
  allow,
  deny,
  DenyError,
  refuse,
  type Allow,
  type Deny,
  type DenyDetails,
  type JsonValue,
  type Outcome,
} from './outcome.ts'
export { Principal, type PrincipalClaims } from './principal.ts'
export { problem, type Problem } from './problem.ts'
export type { ReplayEntry, ReplayStore, ReplayVerdict } from './replay-store.ts'
export { systemClock, type Clock, type GuardRequest, type HeaderList, type Peer } from './request.ts'
export { requireScopes } from './require-scopes.ts'
export { createRequest, type RequestParts } from './snapshot.ts'

/** What {@link open} makes. An alias, because `export type` of a class is a value in bundled declarations. */
export type Open = OpenRoute
