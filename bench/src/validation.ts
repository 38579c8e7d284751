import { clientOrderId, decimal, deepStrict, parseJson, symbol } from '@ringfence/validation'
import { Ajv } from 'ajv'
import { parse as parseLossless } from 'lossless-json'
import { Compile } from 'typebox/compile'
import * as t from 'typebox'
import * as v from 'valibot'
import * as z from 'zod'
import type { Bench } from './bench.ts'
import { compare, median, speedup } from './compare.ts'

/**
 * The JSON and the schema gate beside their peers, on an order of 240 bytes and a list of 5 KB. The peers get the same
 * bytes as `parseJson`; `schema_*` starts from the same parsed order. ajv and typebox answer a boolean, `deepStrict` a
 * frozen copy. Counts CPU time: nothing here waits.
 */
export const validation: Bench = async ({ quick, log }) => {
  const options = quick ? { rounds: 15, sampleMs: 30, cpu: true } : { rounds: 31, sampleMs: 100, cpu: true }
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
      typebox: () => TYPEBOX.Check(ORDER),
      valibot: () => v.safeParse(VALIBOT, ORDER),
      zod: () => ZOD.safeParse(ORDER),
    },
    options,
  )
  ratios['schema_vs_json_parse'] = speedup(schema, 'strict', 'native')
  ratios['schema_vs_ajv'] = speedup(schema, 'strict', 'ajv')
  const others = (['zod', 'valibot', 'typebox'] as const).map(
    (name) => `${speedup(schema, 'strict', name).toFixed(2)} x ${name}`,
  )
  log(`deepStrict ${others.join(', ')} on the same order`)
  for (const [name, text] of Object.entries(HOSTILE)) {
    const bytes = new TextEncoder().encode(text)
    const { gates } = await compare({ gates: () => STRICT_LIST.parse(bytes) }, options)
    log(`hostile ${name}, ${bytes.length} bytes: refused in ${(median(gates) * 1_000).toFixed(3)} ms`)
  }
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
const STRICT_LIST = deepStrict(z.strictObject({ items: z.array(ZOD).max(20) }))

const V_AMOUNT = v.pipe(v.string(), v.maxLength(19), v.regex(/^(?:0|[1-9][0-9]{0,9})(?:\.[0-9]{1,8})?$/))
const VALIBOT = v.strictObject({
  clientOrderId: v.pipe(v.string(), v.maxLength(36), v.regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/)),
  symbol: v.pipe(v.string(), v.maxLength(25), v.regex(/^[A-Z0-9]{1,12}(?:[-/.][A-Z0-9]{1,12})?$/)),
  side: v.picklist(['buy', 'sell']),
  type: v.picklist(['limit', 'market']),
  timeInForce: v.picklist(['gtc', 'ioc']),
  quantity: V_AMOUNT,
  limitPrice: v.optional(V_AMOUNT),
  stopPrice: v.optional(V_AMOUNT),
  postOnly: v.boolean(),
  reduceOnly: v.boolean(),
  leverage: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10)),
})
// What deepStrict publishes, so that both check the same; ajv without the bounds of decimals, for which it has no words.
const AJV = new Ajv().compile(STRICT['~standard'].jsonSchema.input({ target: 'draft-07' }))
const TYPEBOX = Compile(t.Unsafe(STRICT['~standard'].jsonSchema.input({ target: 'draft-2020-12' })))

/** Documents of 10 KB that cost a careless gate the most; none passes. */
const HOSTILE: Readonly<Record<string, string>> = {
  'unknown keys': `{${Array.from({ length: 990 }, (_, i) => `"k${i}":1`).join()}}`.padEnd(10_240),
  'wrong items': `{"items":[${'{"symbol":"a"},'.repeat(480)}1]}`.padEnd(10_240),
  brackets: '['.repeat(10_240),
  numbers: `[${'1e-3,'.repeat(2_047)}1]`,
  escapes: `{"items":["${'\\ud800'.repeat(1_700)}"]}`.padEnd(10_240),
}
