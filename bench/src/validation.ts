import { clientOrderId, decimal, deepStrict, parseJson, symbol } from '@ringfence/validation'
import { Ajv } from 'ajv'
import { parse as parseLossless } from 'lossless-json'
import * as z from 'zod'
import type { Bench } from './bench.ts'
import { compare, speedup } from './compare.ts'

/**
 * The JSON and the schema gate beside their peers, on an order of 240 bytes and a list of 5 KB. The peers get the same
 * bytes as `parseJson`; `schema_*` starts from the same parsed order. ajv answers a boolean, `deepStrict` a frozen copy.
 */
export const validation: Bench = async ({ quick, log }) => {
  const options = quick ? { rounds: 9, sampleMs: 30 } : { rounds: 31, sampleMs: 100 }
  const ratios: Record<string, number> = {}
  for (const [name, value] of Object.entries({ order: ORDER, list: LIST })) {
    const bytes = new TextEncoder().encode(JSON.stringify(value))
    const json = await compare(
      {
        gate: () => parseJson(bytes),
        native: () => JSON.parse(UTF8.decode(bytes)) as unknown,
        lossless: () => parseLossless(UTF8.decode(bytes)),
      },
      options,
    )
    const [parse, lossless] = [speedup(json, 'gate', 'native'), speedup(json, 'gate', 'lossless')]
    log(
      `${name}, ${bytes.length} bytes: parseJson ${parse.toFixed(2)} x JSON.parse, ${lossless.toFixed(2)} x lossless-json`,
    )
    ratios['parse_vs_json_parse'] = Math.min(ratios['parse_vs_json_parse'] ?? Infinity, parse)
    ratios['parse_vs_lossless_json'] = Math.min(ratios['parse_vs_lossless_json'] ?? Infinity, lossless)
  }
  const text = JSON.stringify(ORDER)
  const schema = await compare(
    {
      strict: () => STRICT.validate(ORDER),
      native: () => JSON.parse(text) as unknown,
      ajv: () => AJV(ORDER),
      zod: () => ZOD.safeParse(ORDER),
    },
    options,
  )
  ratios['schema_vs_json_parse'] = speedup(schema, 'strict', 'native')
  ratios['schema_vs_ajv'] = speedup(schema, 'strict', 'ajv')
  log(`deepStrict ${speedup(schema, 'strict', 'zod').toFixed(2)} x the same zod schema, not compiled`)
  return ratios
}

const ORDER = {
  clientOrderId: '0b9d7c1e-8f7a-4a52-9d5b-0d2a3c4e5f60',
  symbol: 'BTC-USD',
  side: 'buy',
  type: 'limit',
  timeInForce: 'gtc',
  quantity: '0.12500000',
  limitPrice: '64250.50',
  stopPrice: '60000.00',
  postOnly: true,
  reduceOnly: false,
  leverage: 3,
}
const LIST = { items: Array.from({ length: 20 }, (_, i) => ({ ...ORDER, clientOrderId: `order-${i}`, leverage: i })) }
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const AMOUNT = decimal({ scale: 8, max: '1000000000' })
const ZOD = z.strictObject({
  clientOrderId: clientOrderId(),
  symbol: symbol(),
  side: z.enum(['buy', 'sell']),
  type: z.enum(['limit', 'market']),
  timeInForce: z.enum(['gtc', 'ioc']),
  quantity: AMOUNT,
  limitPrice: AMOUNT.optional(),
  stopPrice: AMOUNT.optional(),
  postOnly: z.boolean(),
  reduceOnly: z.boolean(),
  leverage: z.int().min(1).max(10),
})
const STRICT = deepStrict(ZOD)
// What deepStrict publishes, so that both check the same; ajv without the bounds of decimals, for which it has no words.
const AJV = new Ajv().compile(STRICT['~standard'].jsonSchema.input({ target: 'draft-07' }))
