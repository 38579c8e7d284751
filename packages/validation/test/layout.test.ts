import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { deepStrict } from '../src/deep-strict.ts'
import { plainCopy, plainSize } from '../src/plain-data.ts'
import { schemasWithValues } from './support/random-schema.ts'

test('whatever the schema and the value, the verdict is that of zod on a plain copy, and a yes is frozen to the bottom', () => {
  const seen = { accepted: 0, refused: 0 }
  fc.assert(
    fc.property(schemasWithValues, ({ schema, value }) => {
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
