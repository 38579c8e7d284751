export { createEgress, type Egress } from './create-egress.ts'
export type { EgressOptions } from './options.ts'
export type { EgressInit } from './request.ts'
export type { EgressResponse } from './response.ts'
