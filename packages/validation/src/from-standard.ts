import { RingfenceError } from '@ringfence/errors'
import { systemClock } from '@ringfence/guard'
import type { DeepStrictOptions } from './deep-strict.ts'
import { freezeData, isSameData, plainCopy, plainSize } from './plain-data.ts'
import { isPolluted } from './pollution.ts'
import type { JsonSchemaConverter, StandardPath, StandardSchema } from './standard-schema.ts'
import { StrictSchema } from './strict-schema.ts'
import { MOST_ERRORS, refuseWhole, toPointer, told, type Verdict } from './verdict.ts'

/** What {@link fromStandard} may be told. */
export interface FromStandardOptions extends DeepStrictOptions {
  /** Field names that errors may repeat; any other name in a path shows as `*`, since it could be the caller's. */
  readonly fields?: readonly string[]
}

/**
 * Wraps a Standard Schema of another library, such as valibot or arktype, for the guards and gates of this package.
 *
 * Such a schema cannot be walked, so every answer is checked instead: what it accepts must be exactly what came in.
 * A schema that strips a key, coerces a value or fills in a default refuses the input with the rule `changed`. The rest is
 * as with `deepStrict`: own plain data only, prototypes out of reach, a frozen copy, bounded errors without input, no
 * exceptions. What it does not give is the walk itself: `any` and hostile patterns stay the schema's own affair.
 *
 * @example
 * ```ts
 * const order = fromStandard(v.object({ side: v.picklist(['buy', 'sell']) })) // an object that strips
 * order.validate({ side: 'buy', admin: true }) // { ok: false, errors: [{ path: '', rule: 'changed' }] }
 * ```
 */
export function fromStandard<Output, Input>(
  schema: StandardSchema<Input, Output>,
  options: FromStandardOptions = {},
): StrictSchema<Output, Output> {
  const standard = schema['~standard']
  if (standard?.version !== 1 || typeof standard.validate !== 'function') {
    throw new RingfenceError('option_invalid', 'fromStandard: needs a Standard Schema, version 1')
  }
  const fields = new Set(options.fields)

  function judge(value: unknown): Verdict<Output> {
    try {
      const size = plainSize(value, isPolluted())
      if (size === -1) return NOT_PLAIN
      // Two copies: one without prototypes for the library to look at, one for the program.
      const result = standard.validate(plainCopy(value, null))
      if (!('then' in result) && result.issues === undefined) {
        const output = plainCopy(value, Object.prototype)
        if (!isSameData(result.value, output)) return CHANGED
        freezeData(output, isPolluted())
        return { ok: true, value: output as Output }
      }
      if ('then' in result) return NOT_CHECKED
      const issues = result.issues.slice(0, MOST_ERRORS)
      return {
        ok: false,
        errors: told(issues.map(({ path = [] }) => ({ path: pointer(path, fields), rule: 'invalid' }))),
      }
    } catch {
      return NOT_CHECKED
    }
  }

  const jsonSchema = 'jsonSchema' in standard ? (standard.jsonSchema as JsonSchemaConverter) : NO_JSON_SCHEMA
  return new StrictSchema({ judge, transforms: false, clock: options.clock ?? systemClock, jsonSchema })
}

function pointer(path: StandardPath, fields: ReadonlySet<string>): string {
  return toPointer(
    path.map((step) => (typeof step === 'object' ? step.key : step)),
    fields,
  )
}

function noJsonSchema(): never {
  throw new RingfenceError('option_invalid', 'fromStandard: the schema cannot be written as JSON Schema')
}

const NO_JSON_SCHEMA: JsonSchemaConverter = Object.freeze({ input: noJsonSchema, output: noJsonSchema })
const NOT_PLAIN: Verdict<never> = refuseWhole('not_plain_data')
const NOT_CHECKED: Verdict<never> = refuseWhole('not_checked')
const CHANGED: Verdict<never> = refuseWhole('changed')
