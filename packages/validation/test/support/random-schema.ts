import * as fc from 'fast-check'
import * as z from 'zod'

/** A random schema with a value that mostly fits it. */
interface Made {
  readonly schema: z.ZodType
  readonly fits: fc.Arbitrary<unknown>
}

const scalar = fc.constantFrom<Made>(
  { schema: z.boolean(), fits: fc.boolean() },
  { schema: z.int(), fits: fc.integer() },
  { schema: z.enum(['a', 'b']), fits: fc.constantFrom('a', 'b') },
  { schema: z.literal([1, null]), fits: fc.constantFrom(1, null) },
)
const { made } = fc.letrec<{ made: Made }>((tie) => ({
  made: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    scalar,
    tie('made').map(({ schema, fits }) => ({ schema: schema.optional(), fits: fc.option(fits, { nil: undefined }) })),
    tie('made').map(({ schema, fits }) => ({ schema: schema.nullable(), fits: fc.option(fits, { nil: null }) })),
    tie('made').map(({ schema, fits }) => ({ schema: z.array(schema).max(3), fits: fc.array(fits, { maxLength: 3 }) })),
    fc.array(tie('made'), { minLength: 1, maxLength: 3 }).map((parts) => ({
      schema: z.strictObject(Object.fromEntries(parts.map(({ schema }, i) => [`k${i}`, schema]))),
      fits: fc.record(Object.fromEntries(parts.map(({ fits }, i) => [`k${i}`, fits]))),
    })),
    fc.array(tie('made'), { minLength: 1, maxLength: 2 }).map((parts) => ({
      schema: z.union(parts.map(({ schema }) => schema)),
      fits: fc.oneof(...parts.map(({ fits }) => fits)),
    })),
  ),
}))

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    'a',
    1,
    Number.NaN,
    [],
    {},
    [{}],
    { k0: {} },
    new Date(0),
    new Map(),
    () => 1,
  ),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constant<unknown>(Object.create({ k0: true })),
)

/** Puts the second value somewhere into the first. */
function planted(value: unknown, seed: number, what: unknown): unknown {
  if (typeof value !== 'object' || value === null || seed % 3 === 0) return what
  const keys = Object.keys(value)
  const key = keys[seed % (keys.length + 1)] ?? `k${seed % 4}`
  if (!Array.isArray(value))
    return { ...value, [key]: planted((value as Record<string, unknown>)[key], seed >> 2, what) }
  return value.map((item, i) => (String(i) === key ? planted(item, seed >> 2, what) : (item as unknown)))
}

/** A schema of this package's kind, and a value that fits it, nearly fits it, or has nothing to do with it. */
export const schemasWithValues: fc.Arbitrary<{ readonly schema: z.ZodType; readonly value: unknown }> = made.chain(
  ({ schema, fits }) =>
    fc.record({
      schema: fc.constant(schema),
      value: fc.oneof(
        fits,
        odd,
        fc.tuple(fits, fc.nat(), odd).map(([value, seed, what]) => planted(value, seed, what)),
      ),
    }),
)
