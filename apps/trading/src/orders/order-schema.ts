import { clientOrderId, decimal, symbol } from '@ringfence/validation'
import * as z from 'zod'

/** The body of `POST /v1/orders`. What is allowed for the instrument at hand is judged by {@link ORDER_RULES} later. */
export const ORDER_SCHEMA = z.strictObject({
  clientOrderId: clientOrderId(),
  symbol: symbol(),
  side: z.enum(['buy', 'sell']),
  type: z.enum(['limit', 'market']),
  quantity: decimal({ scale: 8, min: '0.00000001', max: '1000000000' }),
  limitPrice: decimal({ scale: 8, min: '0.00000001', max: '1000000000' }).optional(),
})
