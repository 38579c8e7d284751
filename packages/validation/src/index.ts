import type { StrictSchema as Strict } from './strict-schema.ts'

export { clientOrderId } from './client-order-id.ts'
export { decimal, type DecimalOptions } from './decimal.ts'
export { Decimal } from './decimal-value.ts'
export { declaresJson } from './declares-json.ts'
export { deepStrict, type DeepStrictOptions } from './deep-strict.ts'
export {
  executionGate,
  type ExecutionGate,
  type ExecutionGateOptions,
  type GateFault,
  type GateRefusal,
  type GateRule,
  type GateVerdict,
} from './execution-gate.ts'
export { fromStandard, type FromStandardOptions } from './from-standard.ts'
export { integer } from './integer.ts'
export type { JsonLimits } from './json-limits.ts'
export { patternFault } from './linear-pattern.ts'
export { parseJson, type JsonFault, type JsonVerdict } from './parse-json.ts'
export { PUBLIC_URL, publicUrl, type PublicUrlOptions } from './public-url.ts'
export type { StandardJsonSchema, StandardSchema } from './standard-schema.ts'
export { symbol } from './symbol.ts'
export { text, type TextOptions } from './text.ts'
export { timestamp } from './timestamp.ts'
export { uuid } from './uuid.ts'
export { validBody, type ValidBodyDenies, type ValidBodyOptions } from './valid-body.ts'
export { validHeaders } from './valid-headers.ts'
export { validParams } from './valid-params.ts'
export { validQuery } from './valid-query.ts'
export type { FieldError, Verdict } from './verdict.ts'

/** What {@link deepStrict} makes. An alias, because `export type` of a class is a value in bundled declarations. */
export type StrictSchema<Output, Input = Output> = Strict<Output, Input>
