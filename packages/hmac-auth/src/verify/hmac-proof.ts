import type { Principal } from '@ringfence/guard'
import type { ApiKeyScope } from '../keys/api-key-record.ts'
import type { Freshness } from './freshness.ts'

/** What a verified signature proves. */
export interface HmacProof {
  readonly principal: Principal<ApiKeyScope>
  /** Ask it again right before a side effect. */
  readonly signature: Freshness
}
