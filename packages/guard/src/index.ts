export { guards, type Chain, type Fits, type GuardInfo } from './chain.ts'
export { DENY_CODES, type DenyCode, type DenyCodeInfo } from './deny-codes.ts'
export type { Guard } from './guard.ts'
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
export { systemClock, type Clock, type GuardRequest, type HeaderList, type Peer } from './request.ts'
export { createRequest, type RequestParts } from './snapshot.ts'
