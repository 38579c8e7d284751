import type { DenyCode } from '@ringfence/guard'
import type { GateFault } from '@ringfence/validation'
import type { Instrument } from '../../../src/orders/instrument.ts'
import type { OrderLimits } from '../../../src/orders/order-limits.ts'
import type { OrderRequest } from '../../../src/orders/order.ts'
import type { OrderRule } from '../../../src/orders/order-rules.ts'

/** The classes that attempts to manipulate an order fall into. */
export type Kind =
  | 'numbers'
  | 'unicode'
  | 'structure'
  | 'duplicates'
  | 'mass assignment'
  | 'time'
  | 'replay'
  | 'time of check, time of use'
  | 'limits'

/** An attempt to manipulate an order, and by which rule it is refused: at the boundary, and by the execution gate alone. */
export interface Manipulation {
  readonly id: string
  readonly kind: Kind
  /** What is changed in a good order (undefined takes a field away), or the whole text of the body. */
  readonly body?: Readonly<Record<string, unknown>> | string
  /** What a careless reader would make of that text. Default: what `JSON.parse` makes of it. */
  readonly read?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly given?: Situation
  /** What happens after the validation and before the execution; at the boundary, while the body is on its way. */
  readonly meanwhile?: Change
  /** What is done to the signed request before it is sent. */
  readonly wire?: Wire
  /** What is handed to the execution gate instead of the value that was validated. */
  readonly handover?: Handover
  /** The code of the problem, and the rule in its `errors` if it has one. */
  readonly boundary: readonly [DenyCode, rule?: string]
  /**
   * By schema or order rule. `not_validated` alone means that nothing else is wrong: a careless reader made a good order
   * of it, and only the gate's register of what was validated keeps it out.
   */
  readonly gate: OrderRule | GateFault | 'idempotency_conflict' | FieldRule
}

/** Rules of the schema. */
type FieldRule = 'type' | 'format' | 'value' | 'required' | 'unknown_key' | 'too_long' | 'too_small' | 'too_big'

/** What holds before the attempt. */
interface Situation {
  readonly limits?: Partial<OrderLimits>
  /** Changes of BTC-EUR. */
  readonly instrument?: Partial<Instrument>
  /** How long before its arrival the request was signed (ms). */
  readonly signedMs?: number
  /** Orders that were placed before. */
  readonly orders?: readonly Partial<OrderRequest>[]
}

/** Something that changes, together. */
export interface Change {
  /** A symbol, or `*`. */
  readonly halt?: string
  readonly instrument?: Partial<Instrument>
  /** Milliseconds that pass. */
  readonly wait?: number
}

export type Wire = 'another body under the same signature' | 'another session under the same signature' | 'sent twice'

export type Handover =
  | 'a copy'
  | 'a copy with another quantity'
  | 'a clone'
  | 'a JSON round trip'
  | 'an heir'
  | 'a proxy'
  | 'a getter'
  | 'what another schema validated'
  | 'the same value again'
