import { systemClock, type Clock } from '@ringfence/guard'
import * as z from 'zod'
import { assertStrict } from './assert-strict.ts'
import { deepFreeze } from './deep-freeze.ts'
import { fieldErrors, type FieldError } from './field-errors.ts'
import { isPlainData, withoutPrototypes } from './plain-data.ts'
import { isPolluted } from './pollution.ts'
import type { StandardSchemaV1 } from './standard-schema.ts'

/** What validation answers: the value, deeply frozen, or what is wrong with it. */
export type Verdict<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly FieldError[] }

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

/** For the guards of this package: judges what `parseJson` returned without looking for prototypes again. */
export let validateJson: <Output, Input>(strict: StrictSchema<Output, Input>, value: unknown) => Verdict<Output>

/** For the execution gate: judges without entering the output into the register. */
export let validateAgain: <Output, Input>(strict: StrictSchema<Output, Input>, value: unknown) => Verdict<Output>

/** For the execution gate: the register of what a schema validated, kept from the first call on. */
export let mintsOf: <Output, Input>(strict: StrictSchema<Output, Input>) => WeakMap<object, Mint>

/** A validator made by {@link deepStrict}. It is a Standard Schema (standardschema.dev) too. */
export class StrictSchema<Output, Input = Output> implements StandardSchemaV1<Input, Output> {
  static {
    validateJson = (strict, value) => strict.#mint(strict.#judge(value))
    validateAgain = (strict, value) => strict.#judgeAny(value)
    mintsOf = (strict) => (strict.#mints ??= new WeakMap())
  }

  /** The zod schema it was made of, for inference and documents. */
  readonly schema: z.ZodType<Output, Input>
  readonly clock: Clock
  /** True if the output can differ from the input. */
  readonly transforms: boolean
  readonly #compiled: z.ZodType<Output, Input>
  readonly #keys: readonly string[]
  readonly #known: ReadonlySet<string>
  #mints: WeakMap<object, Mint> | undefined

  constructor(schema: z.ZodType<Output, Input>, clock: Clock) {
    const facts = assertStrict(schema)
    this.schema = schema
    this.clock = clock
    this.transforms = facts.transforms
    this.#compiled = z.compile(schema, { strict: true })
    this.#keys = facts.keys
    this.#known = new Set(facts.keys)
    Object.freeze(this)
  }

  /**
   * Judges any value. Only own, enumerable, plain data counts: what a value inherits, hides behind a symbol or
   * computes in a class is refused. The output is a fresh, deeply frozen copy. Never throws.
   */
  validate(value: unknown): Verdict<Output> {
    return this.#mint(this.#judgeAny(value))
  }

  #judgeAny(value: unknown): Verdict<Output> {
    let plain: boolean
    try {
      plain = isPlainData(value)
    } catch {
      plain = false
    }
    return plain ? this.#judge(value) : NOT_PLAIN
  }

  /** Judges a value that JSON.parse made, which is plain by construction. */
  #judge(value: unknown): Verdict<Output> {
    try {
      // A property that the input lacks must not be found in a polluted prototype.
      const own = this.#isPolluted() ? withoutPrototypes(value) : value
      const result = this.#compiled.safeParse(own)
      if (!result.success) return { ok: false, errors: fieldErrors(result.error.issues, own, this.#known) }
      return { ok: true, value: deepFreeze(result.data) }
    } catch {
      // A refinement that throws, or a stack that is too small: refused, and nobody else's text repeated.
      return FAILED
    }
  }

  #mint(verdict: Verdict<Output>): Verdict<Output> {
    if (this.#mints !== undefined && verdict.ok && typeof verdict.value === 'object' && verdict.value !== null) {
      this.#mints.set(verdict.value, { at: this.clock.monotonic(), spent: false })
    }
    return verdict
  }

  #isPolluted(): boolean {
    if (isPolluted()) return true
    for (const key of this.#keys) if (key in Object.prototype) return true
    return false
  }

  /** Standard Schema 1: what libraries that know nothing of this one call. */
  get '~standard'(): StandardSchemaV1<Input, Output>['~standard'] {
    return {
      version: 1,
      vendor: 'ringfence',
      validate: (value) => {
        const verdict = this.validate(value)
        if (verdict.ok) return { value: verdict.value }
        return { issues: verdict.errors.map(({ path, rule }) => ({ message: rule, path: steps(path) })) }
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

function refused(rule: string): Verdict<never> {
  return Object.freeze({ ok: false, errors: Object.freeze([Object.freeze({ path: '', rule })]) })
}

const NOT_PLAIN: Verdict<never> = refused('not_plain_data')
const FAILED: Verdict<never> = refused('not_checked')
