import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { deepStrict } from '../src/deep-strict.ts'
import { plainCopy, plainSize } from '../src/plain-data.ts'

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
  fc.constantFrom<unknown>(
    Object.create({ k0: true }),
    Object.defineProperty({}, 'k0', { value: true, enumerable: false }),
  ),
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

test('whatever the schema and the value, the verdict is that of zod on a plain copy, and a yes is frozen to the bottom', () => {
  const seen = { accepted: 0, refused: 0 }
  const cases = made.chain(({ schema, fits }) =>
    fc.record({
      schema: fc.constant(schema),
      value: fc.oneof(
        fits,
        odd,
        fc.tuple(fits, fc.nat(), odd).map(([value, seed, what]) => planted(value, seed, what)),
      ),
    }),
  )
  fc.assert(
    fc.property(cases, ({ schema, value }) => {
      const verdict = deepStrict(schema).validate(value)
      const plain = plainSize(value, false) !== -1
      const expected = plain ? schema.safeParse(plainCopy(value, null)) : undefined
      expect(verdict.ok).toBe(expected?.success === true)
      seen[verdict.ok ? 'accepted' : 'refused']++
      if (!verdict.ok) return
      expect(verdict.value).toStrictEqual(plainCopy(expected?.data, Object.prototype))
      expect(isFrozen(verdict.value)).toBe(true)
    }),
    { numRuns: 2_000 },
  )
  expect(seen.accepted).toBeGreaterThan(300)
  expect(seen.refused).toBeGreaterThan(300)
})

function isFrozen(value: unknown): boolean {
  return typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isFrozen))
}

test('what a polluted prototype holds out of sight is found in no field, at any depth', () => {
  const leg = z.strictObject({ price: z.int(), open: z.boolean().optional() })
  const schema = deepStrict(z.strictObject({ legs: z.array(leg).max(2), inner: leg.optional() }))
  for (const [name, value] of Object.entries({ open: true, price: 1, inner: { price: 1 }, legs: [] })) {
    // oxlint-disable-next-line no-extend-native
    Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: false, writable: true })
    try {
      expect(schema.validate({ legs: [{ price: 1 }] })).toEqual({ ok: true, value: { legs: [{ price: 1 }] } })
      expect(schema.validate({ legs: [{}] }).ok).toBe(false)
      expect(schema.validate({}).ok).toBe(false)
    } finally {
      Reflect.deleteProperty(Object.prototype, name)
    }
  }
})

test('a setter in the prototype that swallows a field refuses', () => {
  const schema = deepStrict(z.strictObject({ id: z.int(), side: z.enum(['buy', 'sell']).optional() }))
  const setter = { get: () => 'sell', set: () => {}, configurable: true, enumerable: false }
  // oxlint-disable-next-line no-extend-native
  Object.defineProperty(Object.prototype, 'side', setter)
  try {
    expect(schema.validate({ id: 1, side: 'buy' })).toEqual({ ok: false, errors: [{ path: '', rule: 'not_checked' }] })
  } finally {
    Reflect.deleteProperty(Object.prototype, 'side')
  }
})
