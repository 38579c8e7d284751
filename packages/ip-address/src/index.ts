import type { IpAddress as Address } from './ip-address.ts'

export { parseAddress } from './parse-address.ts'
export { cidrSet, type CidrSet } from './cidr-set.ts'
export { clientAddress, type ClientAddress, type ClientAddressProblem, type ForwardedHeader } from './client-address.ts'
export { isPublicAddress } from './is-public-address.ts'
export { specialRange } from './special-range.ts'
export { SPECIAL_RANGES, type SpecialRange } from './special-ranges.ts'
export { addressGroup } from './address-group.ts'

/** What {@link parseAddress} makes. An alias, because `export type` of a class is a value in bundled declarations. */
export type IpAddress = Address
