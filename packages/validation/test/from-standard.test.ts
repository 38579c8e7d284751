import { guards } from '@ringfence/guard'
import { describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { executionGate } from '../src/execution-gate.ts'
import { fromStandard } from '../src/from-standard.ts'
import type { StandardSchema } from '../src/standard-schema.ts'
import { validBody } from '../src/valid-body.ts'
import { request } from './support/request.ts'

const entries = {
  side: v.picklist(['buy', 'sell']),
  size: v.pipe(v.number(), v.maxValue(10)),
  legs: v.optional(v.array(v.object({ venue: v.string() }))),
}
const good = { side: 'buy', size: 1 }
const strict = fromStandard(v.strictObject(entries), { fields: ['side', 'size'] })
const stripping = fromStandard(v.object(entries))

describe('a schema of another library', () => {
  test('accepts what it describes, as a frozen copy', () => {
    const input = { ...good, legs: [{ venue: 'x' }] }
    const verdict = strict.validate(input)
    expect(verdict).toEqual({ ok: true, value: input })
    if (!verdict.ok) throw new Error('refused')
    expect(verdict.value).not.toBe(input)
    expect(Object.getPrototypeOf(verdict.value)).toBe(Object.prototype)
    for (const part of [verdict.value, verdict.value.legs, verdict.value.legs?.[0]])
      expect(Object.isFrozen(part)).toBe(true)
  })

  test.each<[what: string, verdict: unknown]>([
    ['an unknown key that it strips', stripping.validate({ ...good, admin: true })],
    ['an unknown key that it strips deep inside', strict.validate({ ...good, legs: [{ venue: 'x', admin: true }] })],
    ['a value that it coerces', fromStandard(v.pipe(v.string(), v.transform(Number))).validate('1')],
    ['a text that it trims', fromStandard(v.pipe(v.string(), v.trim())).validate(' a')],
    ['a default that it fills in', fromStandard(v.object({ n: v.optional(v.number(), 1) })).validate({})],
    [
      'minus zero that becomes zero',
      fromStandard(
        v.pipe(
          v.number(),
          v.transform((n) => n + 0),
        ),
      ).validate(-0),
    ],
    [
      'a list that becomes an object',
      fromStandard(
        v.pipe(
          v.array(v.number()),
          v.transform((list) => Object.fromEntries(list.entries())),
        ),
      ).validate([1]),
    ],
  ])('%s is refused as changed', (_, verdict) => {
    expect(verdict).toEqual({ ok: false, errors: [{ path: '', rule: 'changed' }] })
  })

  test('errors name only the fields they may, and are few', () => {
    expect(strict.validate({ side: 'hold', size: 11, EVIL: 1 })).toEqual({
      ok: false,
      errors: [
        { path: '/side', rule: 'invalid' },
        { path: '/size', rule: 'invalid' },
        { path: '/*', rule: 'invalid' },
      ],
    })
    const many = fromStandard(v.array(v.number())).validate(Array.from({ length: 5_000 }, () => 'EVIL'))
    expect(JSON.stringify(many).length).toBeLessThan(1_024)
    expect(JSON.stringify(many)).not.toContain('EVIL')
  })

  test.each<[what: string, value: unknown]>([
    [
      'an instance',
      new (class {
        side = 'buy'
        size = 1
      })(),
    ],
    ['what is only inherited', Object.create(good)],
    ['an own __proto__', JSON.parse('{"side":"buy","size":1,"__proto__":{}}')],
  ])('%s is refused', (_, value) => {
    expect(strict.validate(value)).toEqual({ ok: false, errors: [{ path: '', rule: 'not_plain_data' }] })
  })

  test('a polluted prototype fills in nothing', () => {
    const required = fromStandard(v.strictObject({ role: v.string() }))
    const optional = fromStandard(v.strictObject({ role: v.optional(v.string()) }))
    for (const enumerable of [true, false]) {
      // oxlint-disable-next-line no-extend-native
      Object.defineProperty(Object.prototype, 'role', {
        value: 'admin',
        enumerable,
        configurable: true,
        writable: true,
      })
      try {
        expect(required.validate({}).ok).toBe(false)
        if (!enumerable) expect(optional.validate({})).toEqual({ ok: true, value: {} })
        expect(required.validate({ role: 'user' })).toEqual({ ok: true, value: { role: 'user' } })
        // valibot walks its own entries with for-in, so what it makes of foreign names is a refusal.
        expect(strict.validate(good).ok).toBe(!enumerable)
      } finally {
        Reflect.deleteProperty(Object.prototype, 'role')
      }
    }
  })

  test.each<[what: string, schema: StandardSchema]>([
    [
      'asynchronous',
      v.pipeAsync(
        v.number(),
        v.checkAsync(async () => true),
      ),
    ],
    [
      'broken',
      {
        '~standard': {
          version: 1,
          vendor: 'x',
          validate: () => {
            throw new Error('secret')
          },
        },
      },
    ],
  ])('one that is %s refuses', (_, schema) => {
    expect(fromStandard(schema).validate(1)).toEqual({ ok: false, errors: [{ path: '', rule: 'not_checked' }] })
  })

  test('works in the guards and at the execution gate', () => {
    const gate = executionGate({ schema: strict, maxAgeMs: 1_000, rules: [{ name: 'always', check: () => true }] })
    const outcome = guards()
      .use(validBody(strict))
      .run(request({ body: JSON.stringify(good) }))
    if (outcome instanceof Promise || !outcome.ok) throw new Error('refused')
    expect(gate.execute({ ...outcome.adds.input }, {}, () => 1)).toEqual({ ok: false, rule: 'not_validated' })
    expect(gate.execute(outcome.adds.input, {}, () => 1)).toEqual({ ok: true, result: 1 })
  })

  test('JSON Schema is the business of the other library', () => {
    expect(() => strict['~standard'].jsonSchema.input({ target: 'draft-07' })).toThrow(/cannot be written/)
  })
})

test.each([{}, { '~standard': { version: 2 } }, { '~standard': { version: 1 } }])(
  '%j is no Standard Schema',
  (schema) => {
    expect(() => fromStandard(schema as never)).toThrow(/needs a Standard Schema/)
  },
)
