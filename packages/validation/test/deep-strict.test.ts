import { violates, verifies } from '@ringfence/policy'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { clientOrderId } from '../src/client-order-id.ts'
import { decimal } from '../src/decimal.ts'
import { deepStrict } from '../src/deep-strict.ts'
import { integer } from '../src/integer.ts'
import { symbol } from '../src/symbol.ts'
import { text } from '../src/text.ts'
import { timestamp } from '../src/timestamp.ts'

const word = z
  .string()
  .max(8, { abort: true })
  .regex(/^[a-z]+$/)
const shape = {
  id: clientOrderId(),
  side: z.enum(['buy', 'sell']),
  quantity: decimal({ scale: 8, max: '1000' }),
  reduceOnly: z.boolean().optional(),
  legs: z
    .array(z.strictObject({ venue: word, price: z.number().max(10) }))
    .max(3)
    .optional(),
  labels: z.record(word, text({ max: 5 })).optional(),
}
const order = deepStrict(z.strictObject(shape))
const good = { id: 'a1', side: 'buy', quantity: '0.10' }

/** Matches whatever its source says. */
class Anything extends RegExp {
  override test(): boolean {
    return true
  }
}

describe('at start-up it refuses', () => {
  const nested = (inner: z.ZodType): z.ZodType => z.strictObject({ list: z.array(z.strictObject({ inner })).max(2) })
  test.each<[what: string, schema: z.ZodType, why: RegExp]>([
    ['a stripping object', z.object({ word }), /strips or passes/],
    ['a loose object', z.looseObject({ word }), /strips or passes/],
    ['a catchall', z.strictObject({ word }).catchall(word), /strips or passes/],
    ['any', z.any(), /"any"/],
    ['unknown', z.unknown(), /"unknown"/],
    ['custom', z.custom<string>(), /"custom"/],
    ['json', z.json(), /"lazy"|not strict/],
    ['a recursive type', z.lazy(() => word), /"lazy"/],
    ['an intersection', z.intersection(z.strictObject({}), z.strictObject({})), /"intersection"/],
    ['catch', word.catch('x'), /"catch"/],
    ['a preprocessor', z.preprocess((value) => value, word), /"transform"/],
    ['a number coerced', z.coerce.number(), /coerces/],
    ['a boolean coerced', z.coerce.boolean(), /coerces/],
    ['a string coerced', z.coerce.string().max(1, { abort: true }).regex(/^a$/), /coerces/],
    ['a bigint', z.bigint(), /"bigint"/],
    ['a date', z.date(), /"date"/],
    ['a map', z.map(word, word), /"map"/],
    ['trim', word.trim(), /changes its input/],
    ['toLowerCase', word.toLowerCase(), /changes its input/],
    ['normalize', word.normalize('NFC'), /changes its input/],
    ['a string without max', z.string().regex(/^[a-z]+$/), /without max/],
    [
      'a max that does not abort',
      z
        .string()
        .max(8)
        .regex(/^[a-z]+$/),
      /abort/,
    ],
    [
      'a max after the pattern',
      z
        .string()
        .regex(/^[a-z]+$/)
        .max(8, { abort: true }),
      /before its length/,
    ],
    ['a string of any characters', z.string().max(8, { abort: true }), /any characters/],
    [
      'a refinement instead of a list',
      z
        .string()
        .max(8, { abort: true })
        .refine(() => true),
      /any characters/,
    ],
    [
      'an unanchored pattern',
      z
        .string()
        .max(8, { abort: true })
        .regex(/[a-z]+/),
      /not anchored/,
    ],
    [
      'an evil pattern',
      z
        .string()
        .max(8, { abort: true })
        .regex(/^(a+)+$/),
      /not linear/,
    ],
    ['includes', z.string().max(8, { abort: true }).includes('a'), /pattern/],
    ['z.url', z.url(), /before its length/],
    ['z.email', z.email(), /before its length/],
    ['an array without max', z.array(word), /array without max/],
    ['a tuple with a rest', z.tuple([word], word), /rest/],
    ['a record of any', z.record(word, z.any()), /"any"/],
    ['a record of any keys', z.record(z.string(), word), /\(key\)/],
    ['a loose record', z.looseRecord(word, word), /loose record/],
    ['a record of numbers, where 1 and 1.0 are one key', z.record(z.number(), word), /keys are no texts/],
    ['a record of numbered keys', z.record(z.literal([1, 2]), word), /keys are no texts/],
    [
      'a pattern with methods of its own',
      z.string().max(8, { abort: true }).regex(new Anything('^a$')),
      /more than a RegExp/,
    ],
    ['an exclusive union', z.xor([word, z.int()]), /cannot be compiled/],
    ['a key that every object inherits', z.strictObject({ toString: word }), /every object inherits/],
    ['what a pipe lets in', z.any().pipe(word), /"any"/],
    ['what a codec lets in', z.codec(z.string(), z.int(), { decode: Number, encode: String }), /without max/],
    ['an asynchronous transform', word.transform(async (value) => value), /cannot be compiled/],
    ['an asynchronous refinement', word.refine(async () => true), /cannot be compiled/],
    [
      'what comes out of a pipe',
      word.transform((value) => value.length).pipe(z.xor([z.int(), z.int()])),
      /cannot be compiled/,
    ],
    [
      'what comes out of a pipe, deep inside',
      word.transform((b) => ({ b })).pipe(z.strictObject({ b: z.xor([word, word]) })),
      /cannot be compiled/,
    ],
    ['a check with a condition', z.int().check(z.refine(() => true, { when: () => true })), /cannot be compiled/],
    ['what an optional holds', z.any().optional(), /"any"/],
    ['what a union holds', z.union([word, z.any()]), /"any"/],
    ['what a default holds', z.any().default(1), /"any"/],
  ])('%s, at the top and deep inside', (_, schema, why) => {
    expect(() => deepStrict(schema)).toThrow(why)
    expect(() => deepStrict(nested(schema))).toThrow(why)
    expect(() => deepStrict(nested(schema))).toThrow(/\/list\/\*\/inner/)
  })

  test('all faults at once, each with its place', () => {
    expect(() => deepStrict(z.strictObject({ a: z.any(), b: z.strictObject({ c: z.string() }) }))).toThrow(
      /\/a is .*\/b\/c is/,
    )
  })
})

describe('at start-up it accepts what describes its input', () => {
  test.each<[what: string, schema: z.ZodType, input: unknown, output: unknown]>([
    [
      'a discriminated union',
      z.discriminatedUnion('t', [
        z.strictObject({ t: z.literal('a') }),
        z.strictObject({ t: z.literal('b'), n: z.int() }),
      ]),
      { t: 'b', n: 1 },
      { t: 'b', n: 1 },
    ],
    ['a tuple', z.tuple([word, z.int()]), ['a', 1], ['a', 1]],
    [
      'a record of listed keys',
      z.record(z.enum(['a', 'b']), z.boolean()),
      { a: true, b: false },
      { a: true, b: false },
    ],
    ['null and absence', z.strictObject({ a: word.nullable(), b: word.optional() }), { a: null }, { a: null }],
    ['a default', z.strictObject({ a: z.int().default(7) }), {}, { a: 7 }],
    [
      'a codec',
      z.codec(decimal({ scale: 2, max: '9' }), z.bigint(), {
        decode: (text) => BigInt(text.replace('.', '')),
        encode: String,
      }),
      '1.50',
      150n,
    ],
    ['a transform behind a filter', word.transform((value) => value.length), 'abc', 3],
    ['a brand and a description', word.brand('Word').describe('a word'), 'abc', 'abc'],
    [
      'an object with a rule of its own',
      z.strictObject({ a: z.int(), b: z.int() }).refine(({ a, b }) => a < b),
      { a: 1, b: 2 },
      { a: 1, b: 2 },
    ],
    [
      'a pattern without case',
      z
        .string()
        .max(3, { abort: true })
        .regex(/^[a-f]+$/i),
      'aBc',
      'aBc',
    ],
  ])('%s', (_, schema, input, output) => {
    expect(deepStrict(schema).validate(input)).toEqual({ ok: true, value: output })
  })

  test('a discriminated union refuses another tag, and a key of another variant', () => {
    const either = deepStrict(
      z.discriminatedUnion('t', [
        z.strictObject({ t: z.literal('a') }),
        z.strictObject({ t: z.literal('b'), n: z.int() }),
      ]),
    )
    expect(either.validate({ t: 'c' })).toEqual({ ok: false, errors: [{ path: '/t', rule: 'variant' }] })
    expect(either.validate({ t: 'a', n: 1 })).toEqual({ ok: false, errors: [{ path: '', rule: 'unknown_key' }] })
  })

  test('what a rule of its own refuses has the name it gives itself', () => {
    const named = z
      .strictObject({ a: z.int() })
      .refine(({ a }) => a > 1, { path: ['a'], params: { rule: 'more_than_one' } })
    expect(deepStrict(named).validate({ a: 1 })).toEqual({ ok: false, errors: [{ path: '/a', rule: 'more_than_one' }] })
    const unnamed = z.int().refine((n) => n > 1, { error: 'EVIL', params: { rule: 'Not A Name' } })
    expect(deepStrict(unnamed).validate(1)).toEqual({ ok: false, errors: [{ path: '', rule: 'custom' }] })
  })
})

describe('it refuses', () => {
  test.each<[what: string, value: unknown, path: string, rule: string]>([
    ['an unknown key', { ...good, admin: true }, '', 'unknown_key'],
    [
      'an unknown key deep inside',
      { ...good, legs: [{ venue: 'x', price: 1, admin: true }] },
      '/legs/0',
      'unknown_key',
    ],
    ['a missing field', { side: 'buy', quantity: '1' }, '/id', 'required'],
    ['a wrong type', { ...good, quantity: 1 }, '/quantity', 'type'],
    ['null for a boolean', { ...good, reduceOnly: null }, '/reduceOnly', 'type'],
    ['a string for a boolean', { ...good, reduceOnly: 'false' }, '/reduceOnly', 'type'],
    ['another case', { ...good, side: 'BUY' }, '/side', 'value'],
    ['a missing enum', { id: 'a', quantity: '1' }, '/side', 'required'],
    ['a text that is too long', { ...good, id: 'x'.repeat(37) }, '/id', 'too_long'],
    ['a text of other characters', { ...good, id: 'a b' }, '/id', 'format'],
    ['an exponent', { ...good, quantity: '1e2' }, '/quantity', 'format'],
    ['a decimal out of range', { ...good, quantity: '1000.1' }, '/quantity', 'too_big'],
    ['Infinity', { ...good, legs: [{ venue: 'x', price: Infinity }] }, '/legs/0/price', 'type'],
    ['NaN', { ...good, legs: [{ venue: 'x', price: Number.NaN }] }, '/legs/0/price', 'type'],
    ['a number out of range', { ...good, legs: [{ venue: 'x', price: 11 }] }, '/legs/0/price', 'too_big'],
    [
      'a list that is too long',
      { ...good, legs: [1, 2, 3, 4].map(() => ({ venue: 'x', price: 1 })) },
      '/legs',
      'too_long',
    ],
    [
      'a bad value of a record, without its key',
      { ...good, labels: { secret: 'a\u202eb' } },
      '/labels/*',
      'characters',
    ],
    ['a bad key of a record, without the key', { ...good, labels: { 'NOT OK': 'a' } }, '/labels/*', 'key'],
    ['an array for an object', [good], '', 'type'],
    ['a string', JSON.stringify(good), '', 'type'],
    ['nothing', undefined, '', 'required'],
  ])('%s', (_, value, path, rule) => {
    expect(order.validate(value)).toEqual({ ok: false, errors: expect.arrayContaining([{ path, rule }]) as unknown })
  })

  test('every field that is wrong, at once', () => {
    expect(order.validate({ id: '', side: 'x', quantity: 1, more: 1 })).toEqual({
      ok: false,
      errors: [
        { path: '/id', rule: 'format' },
        { path: '/side', rule: 'value' },
        { path: '/quantity', rule: 'type' },
        { path: '', rule: 'unknown_key' },
      ],
    })
  })
})

describe('a check of the programmer', () => {
  const pair = z.strictObject({ low: z.int(), high: z.int() })
  test('may look at several fields', () => {
    const ordered = deepStrict(pair.refine(({ low, high }) => low <= high, { params: { rule: 'order' } }))
    expect(ordered.validate({ low: 1, high: 2 }).ok).toBe(true)
    expect(ordered.validate({ low: 2, high: 1 })).toEqual({ ok: false, errors: [{ path: '', rule: 'order' }] })
  })

  test.each<[what: string, schema: z.ZodType]>([
    ['a refinement of an object', pair.refine((value) => Object.assign(value, { high: 99 }))],
    ['check', pair.check((context) => void (context.value = { low: 0, high: 99 }))],
    ['check of a text', z.strictObject({ low: z.int(), high: z.int().check((context) => void (context.value = 99)) })],
    ['check of a list', z.array(pair.check((context) => void (context.value.high = 99))).max(2)],
  ])('may not change the value: %s', (_, schema) => {
    const value = schema instanceof z.ZodArray ? [{ low: 1, high: 2 }] : { low: 1, high: 2 }
    expect(deepStrict(schema).validate(value)).toEqual({ ok: false, errors: [{ path: '', rule: 'changed' }] })
  })
})

describe('own, plain data only', () => {
  class Order {
    id = 'a1'
    side = 'buy'
    quantity = '1'
  }
  test.each<[what: string, value: unknown]>([
    ['what is only inherited', Object.create(good)],
    ['an instance', new Order()],
    ['a list with a hole', { ...good, legs: [, { venue: 'x', price: 1 }] }], // oxlint-disable-line no-sparse-arrays
    ['a list of another kind', { ...good, legs: new (class extends Array {})() }],
    ['an own __proto__', JSON.parse('{"labels":{"__proto__":"x"}}')],
  ])('%s is refused', (_, value) => {
    expect(order.validate(value)).toEqual({ ok: false, errors: [{ path: '', rule: 'not_plain_data' }] })
  })

  test('a cycle is refused where the schema ends', () => {
    const cyclic: Record<string, unknown> = { ...good }
    cyclic['legs'] = [cyclic]
    expect(order.validate(cyclic).ok).toBe(false)
    cyclic['labels'] = cyclic
    expect(order.validate(cyclic)).toEqual({ ok: false, errors: [{ path: '', rule: 'not_plain_data' }] })
  })

  test.each<[what: string, value: unknown]>([
    [
      'a proxy that throws',
      new Proxy(good, {
        ownKeys: () => {
          throw new Error('boo')
        },
      }),
    ],
    [
      'a getter that throws',
      Object.defineProperty({ ...good }, 'side', {
        enumerable: true,
        get: () => {
          throw new Error('boo')
        },
      }),
    ],
  ])('%s is refused, and its text stays inside', (_, value) => {
    expect(order.validate(value)).toEqual({ ok: false, errors: [{ path: '', rule: 'not_checked' }] })
  })

  test('what JSON would not write does not exist: symbols, hidden properties, names on a list', () => {
    const extras = { ...good, legs: Object.assign([], { admin: true }), [Symbol('admin')]: true }
    Object.defineProperty(extras, 'reduceOnly', { value: true, enumerable: false })
    const verdict = order.validate(extras)
    expect(verdict).toEqual({ ok: true, value: { ...good, legs: [] } })
    expect(verdict.ok && Reflect.ownKeys(verdict.value)).toEqual(['id', 'side', 'quantity', 'legs'])
    const hidden = Object.defineProperty({ ...good }, 'side', { value: 'sell', enumerable: false })
    expect(order.validate(hidden)).toEqual({ ok: false, errors: [{ path: '/side', rule: 'required' }] })
  })

  test('an object without a prototype is plain', () => {
    expect(order.validate(Object.assign(Object.create(null), good))).toEqual({ ok: true, value: good })
  })

  test('a getter cannot show one value to the check and another to the program', () => {
    let reads = 0
    const shifty = {
      ...good,
      get side() {
        return ++reads > 2 ? 'steal' : 'buy'
      },
    }
    const verdict = order.validate(shifty)
    expect(verdict).toEqual({ ok: true, value: good })
  })
})

describe('under a polluted Object.prototype', () => {
  const pollute = (key: string, value: unknown, enumerable: boolean, run: () => void): void => {
    // oxlint-disable-next-line no-extend-native
    Object.defineProperty(Object.prototype, key, { value, enumerable, configurable: true, writable: true })
    try {
      run()
    } finally {
      Reflect.deleteProperty(Object.prototype, key)
    }
  }

  test.each([true, false])('an absent field stays absent (enumerable: %s)', (enumerable) => {
    pollute('reduceOnly', true, enumerable, () => {
      expect(order.validate({ ...good })).toEqual({ ok: true, value: good })
      const verdict = order.validate({ ...good })
      expect(verdict.ok && Object.hasOwn(verdict.value, 'reduceOnly')).toBe(false)
    })
  })

  test.each([true, false])('a required field is not inherited (enumerable: %s)', (enumerable) => {
    pollute('side', 'sell', enumerable, () => {
      expect(order.validate({ id: 'a1', quantity: '1' })).toEqual({
        ok: false,
        errors: [{ path: '/side', rule: 'required' }],
      })
    })
  })

  test('an absent field stays absent where the inherited value would not pass, or the schema transforms', () => {
    const changing = deepStrict(z.strictObject({ reduceOnly: z.boolean().optional(), n: z.int().default(7) }))
    pollute('reduceOnly', 'no boolean', false, () => {
      expect(order.validate(good)).toEqual({ ok: true, value: good })
    })
    pollute('reduceOnly', true, false, () => {
      const verdict = changing.validate({ n: 1 })
      expect(verdict.ok && Object.keys(verdict.value)).toEqual(['n'])
    })
  })

  test.each([true, false])('a hole in a list is not filled from Array.prototype (enumerable: %s)', (enumerable) => {
    const list = deepStrict(z.array(z.int()).max(2))
    // oxlint-disable-next-line no-extend-native
    Object.defineProperty(Array.prototype, 0, { value: 5, enumerable, configurable: true, writable: true })
    try {
      // oxlint-disable-next-line no-sparse-arrays
      expect(list.validate([, 1])).toEqual({ ok: false, errors: [{ path: '', rule: 'not_plain_data' }] })
      expect(list.validate([1, 1])).toEqual({ ok: true, value: [1, 1] })
    } finally {
      Reflect.deleteProperty(Array.prototype, 0)
    }
  })

  test('unrelated pollution neither breaks nor opens it', () => {
    pollute('admin', true, true, () => {
      expect(order.validate({ ...good, legs: [{ venue: 'x', price: 1 }] }).ok).toBe(true)
      expect(order.validate({ ...good, admin: true }).ok).toBe(false)
    })
  })
})

describe('errors', () => {
  const size = (value: unknown): number => {
    const verdict = order.validate(value)
    return verdict.ok ? -1 : Buffer.byteLength(JSON.stringify(verdict.errors))
  }

  test.each<[what: string, value: unknown]>([
    ['5,000 unknown keys', Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, 1]))],
    ['5,000 bad elements', { ...good, legs: Array.from({ length: 5_000 }, () => 1) }],
    [
      '1,000 bad record keys',
      { ...good, labels: Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`K${i}`, 1])) },
    ],
    ['a long key', { ...good, ['x'.repeat(9_000)]: 1 }],
    ['a long value', { ...good, side: 'x'.repeat(9_000) }],
  ])('%s make less than 1 KB', (_, value) => {
    expect(size(value)).toBeGreaterThan(0)
    expect(size(value)).toBeLessThan(1_024)
  })

  test('all faults of up to 64 values are told, of more only the first', () => {
    const many = deepStrict(z.strictObject({ a: z.int(), list: z.array(z.int()).max(100) }))
    const faults = (length: number): number => {
      const verdict = many.validate({ a: '', list: Array.from({ length }, () => '') })
      return verdict.ok ? 0 : verdict.errors.length
    }
    expect([faults(2), faults(61), faults(62)]).toEqual([3, 8, 1])
  })

  test('a path is cut at 60 characters', () => {
    const name = 'n'.repeat(40)
    const deep = deepStrict(z.strictObject({ [name]: z.strictObject({ [name]: z.int() }) }))
    expect(deep.validate({ [name]: { [name]: '' } })).toEqual({
      ok: false,
      errors: [{ path: `/${name}/${'n'.repeat(17)}…`, rule: 'type' }],
    })
  })

  test('no path or rule repeats the input', () => {
    const marker = 'ATTACKER'
    const hostile = {
      [marker]: marker,
      id: marker.repeat(9),
      side: marker,
      quantity: marker,
      labels: { [marker]: marker },
      legs: [{ [marker]: 1 }],
    }
    expect(JSON.stringify(order.validate(hostile))).not.toContain(marker)
  })

  test('a refinement that throws refuses, and its text stays inside', () => {
    const schema = deepStrict(
      z.int().refine((n) => {
        if (n === 1) throw new Error('secret')
        return true
      }),
    )
    expect(schema.validate(1)).toEqual({ ok: false, errors: [{ path: '', rule: 'not_checked' }] })
  })
})

describe('the output', () => {
  test('is frozen at every level and shares nothing with the input', () => {
    const input = { ...good, legs: [{ venue: 'x', price: 1 }], labels: { a: 'b' } }
    const verdict = order.validate(input)
    if (!verdict.ok) throw new Error('refused')
    expect(verdict.value).toEqual(input)
    for (const part of [verdict.value, verdict.value.legs, verdict.value.legs?.[0], verdict.value.labels]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
    input.legs[0]!.price = 9
    expect(verdict.value.legs?.[0]?.price).toBe(1)
  })

  test('is frozen and judged inside, too, where a schema is used at the root and inside', () => {
    const leaf = z.strictObject({ n: z.int() })
    const either = deepStrict(z.union([leaf, z.strictObject({ inner: leaf })]))
    const verdict = either.validate({ inner: { n: 1 } })
    expect(verdict.ok && 'inner' in verdict.value && Object.isFrozen(verdict.value.inner)).toBe(true)
    expect(either.validate({ inner: Object.create({ n: 1 }) }).ok).toBe(false)
  })

  test('is frozen below a readonly() too, which freezes one level', () => {
    const verdict = deepStrict(z.strictObject({ inner: z.strictObject({ n: z.int() }) }).readonly()).validate({
      inner: { n: 1 },
    })
    expect(verdict.ok && Object.isFrozen(verdict.value.inner)).toBe(true)
  })
})

describe('parse reads bytes of others through both gates', () => {
  test.each<[text: string, path: string, rule: string]>([
    ['{"id":"a","id":"a"}', '', 'key_duplicate'],
    ['{"id":"a"', '', 'not_json'],
    ['{"id":"a","side":"buy","quantity":"1","more":1}', '', 'unknown_key'],
    ['{"id":"a","side":"hold","quantity":"1"}', '/side', 'value'],
  ])('%s', (document, path, rule) => {
    expect(order.parse(Buffer.from(document))).toEqual({ ok: false, errors: [{ path, rule }] })
  })

  test('and answers what validate would', () => {
    expect(order.parse(Buffer.from(JSON.stringify(good)))).toEqual({ ok: true, value: good })
    expect(order.parse(Buffer.from(JSON.stringify(good)), { bytes: 10 })).toMatchObject({
      errors: [{ rule: 'too_large' }],
    })
  })
})

test('it is a Standard Schema', async () => {
  expect(order['~standard'].vendor).toBe('ringfence')
  expect(await order['~standard'].validate(good)).toEqual({ value: good })
  expect(await order['~standard'].validate({ ...good, legs: [{ venue: 'X', price: 1 }] })).toEqual({
    issues: [{ message: 'format', path: ['legs', '0', 'venue'] }],
  })
})

describe('policy', () => {
  const leg = { venue: 'x', price: 1 }
  const undescribed = [
    { ...good, admin: true },
    { ...good, legs: [{ ...leg, admin: true }] },
    { ...good, legs: [leg, { ...leg, __proto__x: 1 }] },
    { ...good, ['constructor']: 1 },
  ]
  const otherTypes = [
    { ...good, quantity: 1 },
    { ...good, reduceOnly: 'true' },
    { ...good, legs: [{ ...leg, price: '1' }] },
    { ...good, side: ['buy'] },
    { ...good, legs: {} },
    'text',
    null,
  ]
  const refuses = (values: readonly unknown[], accepts: (value: unknown) => boolean): boolean =>
    values.every((value) => !accepts(value))
  const stripping = z.strictObject({
    ...shape,
    legs: z.array(z.object({ venue: word, price: z.number() })).optional(),
  })

  verifies(['TR-04/schemas', 'TS-02'], 'a field that the schema does not name is refused at any depth', () => {
    expect(refuses(undescribed, (value) => order.validate(value).ok)).toBe(true)
    expect(() => deepStrict(stripping)).toThrow(/legs\/\* is an object that strips/)
  })

  violates(['TR-04/schemas', 'TS-02'], 'a strict object around one that strips lets fields in', () => {
    expect(refuses(undescribed, (value) => stripping.safeParse(value).success)).toBe(false)
  })

  verifies('TS-04/schemas', 'an argument of another type is refused, never converted', () => {
    expect(refuses(otherTypes, (value) => order.validate(value).ok)).toBe(true)
  })

  violates('TS-04/schemas', 'coercion converts it, and is refused at start-up', () => {
    const coercing = z.strictObject({ ...shape, quantity: z.coerce.string() })
    expect(refuses(otherTypes, (value) => coercing.safeParse(value).success)).toBe(false)
    expect(() => deepStrict(coercing)).toThrow(/quantity coerces/)
  })

  verifies('TR-01', 'every validator of this package is a zod schema, and composes with the others in one', () => {
    for (const one of CUSTOM) expect(one).toBeInstanceOf(z.ZodType)
    expect(
      deepStrict(z.tuple([...CUSTOM])).validate(['1.5', '7', 'BTC-USD', 'a1', 'hi', '2026-11-22T08:00:00Z']),
    ).toMatchObject({
      ok: true,
    })
    expect(naughtyNumbers.filter((text) => deepStrict(CUSTOM[0]).validate(text).ok)).toEqual([])
  })

  violates('TR-01', 'the validators of zod alone let other spellings of a number in', () => {
    expect(naughtyNumbers.filter((text) => z.coerce.number().safeParse(text).success)).not.toEqual([])
  })
})

const CUSTOM = [
  decimal({ scale: 2, max: '10' }),
  integer({ max: 9 }),
  symbol(),
  clientOrderId(),
  text({ max: 5 }),
  timestamp(),
] as const
const naughtyNumbers = ['', ' 1', '1e0', '0x1', '+1', '01', '1.', '.5', '-0', 'Infinity', 'NaN', '１']
