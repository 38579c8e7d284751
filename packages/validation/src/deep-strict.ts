import { systemClock, type Clock } from '@ringfence/guard'
import type * as z from 'zod'
import { assertStrict } from './assert-strict.ts'
import { createJudge, type Verdict } from './judge.ts'
import type { JsonLimits } from './json-limits.ts'
import { parseJson } from './parse-json.ts'
import type { StandardSchema } from './standard-schema.ts'

/** What {@link deepStrict} may be told. */
export interface DeepStrictOptions {
  /** Tells how old a validated value is. Tests pass a virtual one. */
  readonly clock?: Clock
}

/**
 * Makes a validator out of a zod 4 schema that describes its input completely, compiled with `z.compile`.
 *
 * At start-up it walks the schema and throws `schema_not_strict`, naming every place, for anything that would accept,
 * drop or change input it does not describe: objects that strip or pass unknown keys at any level, `any`, `unknown`,
 * coercion, `catch`, trimming, intersections, recursion, strings without `max`, patterns that are not anchored, not
 * ASCII or not linear by construction, arrays without `max`.
 *
 * @example
 * ```ts
 * const side = z.enum(['buy', 'sell'])
 * const order = deepStrict(z.strictObject({ side }))
 * order.validate({ side: 'buy', admin: true }) // { ok: false, errors: [{ path: '', rule: 'unknown_key' }] }
 * ```
 */
export function deepStrict<Output, Input>(
  schema: z.ZodType<Output, Input>,
  options: DeepStrictOptions = {},
): StrictSchema<Output, Input> {
  return new StrictSchema(schema, options.clock ?? systemClock)
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

/** A validator made by {@link deepStrict}. It is a Standard Schema (standardschema.dev) too. */
export class StrictSchema<Output, Input = Output> implements StandardSchema<Input, Output> {
  static {
    validateAgain = (strict, value) => strict.#judge(value)
    mintsOf = (strict) => (strict.#mints ??= new WeakMap())
  }

  /** The zod schema it was made of, for inference and documents. */
  readonly schema: z.ZodType<Output, Input>
  readonly clock: Clock
  /** True if the output can differ from the input. */
  readonly transforms: boolean
  readonly #judge: (value: unknown) => Verdict<Output>
  #mints: WeakMap<object, Mint> | undefined

  constructor(schema: z.ZodType<Output, Input>, clock: Clock) {
    const facts = assertStrict(schema)
    this.schema = schema
    this.clock = clock
    this.transforms = facts.transforms
    this.#judge = createJudge(schema, facts)
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
   * @param limits as in {@link parseJson}; the default takes 10,240 bytes
   */
  parse(bytes: Uint8Array, limits?: JsonLimits): Verdict<Output> {
    const json = parseJson(bytes, limits)
    return json.ok ? this.validate(json.value) : { ok: false, errors: [{ path: '', rule: json.fault }] }
  }

  /**
   * Standard Schema 1 with Standard JSON Schema: what libraries that know nothing of this one call. The JSON Schema is
   * what zod writes: patterns, lengths and `additionalProperties: false`, without the bounds of decimals and the rules of
   * `text`. So it never refuses what `validate` accepts.
   */
  get '~standard'(): StandardSchema<Input, Output>['~standard'] {
    return {
      version: 1,
      vendor: 'ringfence',
      validate: (value) => {
        const verdict = this.validate(value)
        if (verdict.ok) return { value: verdict.value }
        return { issues: verdict.errors.map(({ path, rule }) => ({ message: rule, path: steps(path) })) }
      },
      jsonSchema: {
        input: (options) => this.schema['~standard'].jsonSchema.input(options),
        output: (options) => this.schema['~standard'].jsonSchema.output(options),
      },
    }
  }
}

function steps(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}
