import { clientOrderId, decimal, deepStrict, parseJson, symbol, timestamp } from '@ringfence/validation'
import * as z from 'zod'
import { defineTool, type Tool, ToolFailure } from './tool.ts'

/** Sends a signed GET to the trading API and answers with status and bytes. */
export type TradingGet = (path: string, signal: AbortSignal) => Promise<{ status: number; bytes: Uint8Array }>

/**
 * Read-only tools over the trading API, for the named subjects only. They use the server's own read key: the caller's
 * token is never passed on.
 */
export function tradingTools(get: TradingGet, subjects: readonly string[]): readonly Tool[] {
  const isFor: Tool['isFor'] = (principal) => subjects.includes(principal.id)
  const list = (name: string, title: string, path: string, answer: z.ZodType): Tool => {
    const strict = deepStrict(answer)
    return defineTool({
      name,
      title,
      description: `${title} of the trading system, as JSON.`,
      scope: 'trading:read',
      input: z.strictObject({}),
      isFor,
      run: async (_input, { signal }) => {
        const { status, bytes } = await get(path, signal)
        const json = status === 200 ? parseJson(bytes, { bytes: 1_048_576, elements: 100_000 }) : undefined
        const verdict = json?.ok === true ? strict.validate(json.value) : undefined
        if (verdict?.ok !== true) throw new ToolFailure('The trading system did not answer as expected.')
        return JSON.stringify(verdict.value)
      },
    })
  }
  return [
    list('list_instruments', 'Instruments', '/v1/instruments', INSTRUMENTS),
    list('list_orders', 'Orders', '/v1/orders', ORDERS),
  ]
}

// What the trading API answers, as this server expects it: the other end is an outsider like any other.
const id = z
  .string()
  .max(64, { abort: true })
  .regex(/^[A-Za-z0-9._:-]+$/)
const amount = decimal({ scale: 18, max: '1000000000000' })
const INSTRUMENTS = z.strictObject({
  items: z
    .array(
      z.strictObject({
        symbol: symbol(),
        tick: amount,
        step: amount,
        minQuantity: amount,
        maxQuantity: amount,
        minNotional: amount,
        maxNotional: amount,
        referencePrice: amount,
        trading: z.boolean(),
      }),
    )
    .max(1_000),
})
const ORDERS = z.strictObject({
  items: z
    .array(
      z.strictObject({
        orderId: id,
        clientOrderId: clientOrderId(),
        symbol: symbol(),
        side: z.enum(['buy', 'sell']),
        type: z.enum(['limit', 'market']),
        quantity: amount,
        limitPrice: amount.optional(),
        status: z.enum(['submitting', 'accepted', 'rejected', 'unknown', 'cancelling', 'cancelled']),
        createdAt: timestamp(),
        updatedAt: timestamp(),
      }),
    )
    .max(1_000),
})
