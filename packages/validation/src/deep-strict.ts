import { systemClock, type Clock } from '@ringfence/guard'
import type * as z from 'zod'
import { assertStrict } from './assert-strict.ts'
import { createJudge } from './judge.ts'
import { StrictSchema } from './strict-schema.ts'

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
 * ASCII or not linear by construction, arrays without `max`, records whose keys are numbers. What a check of the program
 * changes on the way is refused when it happens, with the rule `changed`.
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
  const facts = assertStrict(schema)
  return new StrictSchema({
    judge: createJudge(schema, facts),
    transforms: facts.transforms,
    clock: options.clock ?? systemClock,
    jsonSchema: schema['~standard'].jsonSchema,
  })
}
