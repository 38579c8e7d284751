import type { Decimal } from '@ringfence/validation'
import type { Instrument } from './instrument.ts'
import type { OrderLimits } from './order-limits.ts'

/** What the rules look at, as it is at the moment of execution. */
export interface OrderState {
  /** Is the signature of the request still within its window? */
  readonly fresh: boolean
  /** Has the operator halted all trading? */
  readonly halted: boolean
  readonly instrument: Instrument | undefined
  /** Orders of the account that the venue may still execute. */
  readonly openOrders: number
  /** What those on the side of this order come to, for its instrument. */
  readonly openQuantity: Decimal
  /** Orders within the last 24 hours. */
  readonly ordersLastDay: number
  /** Is there a young open order of the same meaning? */
  readonly hasTwin: boolean
  readonly limits: OrderLimits
}
