import type { Clock } from '@ringfence/guard'
import type { JsonLimits } from './json-limits.ts'
import { parseJson } from './parse-json.ts'
import type { JsonSchemaConverter, StandardJsonSchema, StandardResult } from './standard-schema.ts'
import { pathSteps, refuseWhole, type Verdict } from './verdict.ts'

/** What a {@link StrictSchema} is made of. */
export interface StrictParts<Output> {
  /** Judges any value and never throws. */
  readonly judge: (value: unknown) => Verdict<Output>
  readonly transforms: boolean
  readonly clock: Clock
  readonly jsonSchema: JsonSchemaConverter
}

/** When a value was validated, and whether it has been spent. */
export interface Mint {
  /** Monotonic ms. */
  readonly at: number
  spent: boolean
}

/** For the execution gate: judges without entering the output into the register. */
export let validateAgain: <Output, Input>(strict: StrictSchema<Output, Input>, value: unknown) => Verdict<Output>

/** For the execution gate: the register of what a schema validated, kept from the first call on. */
export let mintsOf: <Output, Input>(strict: StrictSchema<Output, Input>) => WeakMap<object, Mint>

/** A validator made by `deepStrict` or `fromStandard`. */
export class StrictSchema<Output, Input = Output> implements StandardJsonSchema<Input, Output> {
  static {
    validateAgain = (strict, value) => strict.#judge(value)
    mintsOf = (strict) => (strict.#mints ??= new WeakMap())
  }

  readonly clock: Clock
  /** True if the output can differ from the input. */
  readonly transforms: boolean
  /**
   * Standard Schema 1 with Standard JSON Schema (standardschema.dev): what libraries that know nothing of this one call.
   * The JSON Schema has patterns, lengths and `additionalProperties: false`, but no words for the bounds of a decimal or
   * the rules of `text`: it accepts all that `validate` accepts, and a little more.
   */
  readonly '~standard': StandardJsonSchema<Input, Output>['~standard']
  readonly #judge: (value: unknown) => Verdict<Output>
  #mints: WeakMap<object, Mint> | undefined

  constructor({ judge, transforms, clock, jsonSchema }: StrictParts<Output>) {
    this.#judge = judge
    this.transforms = transforms
    this.clock = clock
    const validate = (value: unknown): StandardResult<Output> => toStandard(this.validate(value))
    this['~standard'] = Object.freeze({ version: 1, vendor: 'ringfence', validate, jsonSchema })
    Object.freeze(this)
  }

  /**
   * Judges any value, as JSON would write it: only own, enumerable, named properties count, and an object that inherits
   * from anything but `Object.prototype` is refused. The output is a fresh, deeply frozen copy. Never throws.
   */
  validate(value: unknown): Verdict<Output> {
    const verdict = this.#judge(value)
    if (this.#mints !== undefined && verdict.ok && typeof verdict.value === 'object' && verdict.value !== null) {
      this.#mints.set(verdict.value, { at: this.clock.monotonic(), spent: false })
    }
    return verdict
  }

  /**
   * JSON gate and schema in one, for bytes that are no request body: answers of other services, files, messages. A fault
   * of the JSON is the one error, with the empty path.
   *
   * @param limits as in `parseJson`; the default takes 10,240 bytes
   */
  parse(bytes: Uint8Array, limits?: JsonLimits): Verdict<Output> {
    const json = parseJson(bytes, limits)
    return json.ok ? this.validate(json.value) : refuseWhole(json.fault)
  }
}

function toStandard<Output>(verdict: Verdict<Output>): StandardResult<Output> {
  if (verdict.ok) return { value: verdict.value }
  return { issues: verdict.errors.map(({ path, rule }) => ({ message: rule, path: pathSteps(path) })) }
}
