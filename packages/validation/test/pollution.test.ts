import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { decimal } from '../src/decimal.ts'
import { deepStrict } from '../src/deep-strict.ts'
import { parseJson } from '../src/parse-json.ts'
import { text } from '../src/text.ts'
import { bytes } from './support/request.ts'

const schema = z.strictObject({
  n: z.int().max(5),
  s: z
    .string()
    .max(3, { abort: true })
    .regex(/^[a-z]+$/),
  side: z.enum(['buy', 'sell']),
  amount: decimal({ scale: 2, max: '10' }),
  note: text({ max: 5 }),
  flag: z.boolean().optional(),
  legs: z.array(z.strictObject({ x: z.int() })).max(2),
  either: z.union([z.literal('a'), z.null()]),
})
const strict = deepStrict(schema)
const good = { n: 1, s: 'a', side: 'buy', amount: '1.5', note: 'hi', legs: [{ x: 1 }], either: null }
const bad: readonly unknown[] = [
  { ...good, n: 9 },
  { ...good, n: '1' },
  { ...good, n: 1.5 },
  { ...good, s: 'A' },
  { ...good, s: 'aaaaa' },
  { ...good, s: 5 },
  { ...good, side: 'hold' },
  { ...good, amount: '11' },
  { ...good, amount: '1e1' },
  { ...good, amount: 1 },
  { ...good, note: 'a\u202e' },
  { ...good, flag: 'x' },
  { ...good, legs: [1] },
  { ...good, legs: [{ x: 1 }, { x: 1 }, { x: 1 }] },
  { ...good, legs: [{ x: 1, y: 1 }] },
  { ...good, either: 'b' },
  { ...good, more: 1 },
  {},
  [],
]

/** Runs while every object inherits `name`. */
function polluted<T>(name: string, value: unknown, enumerable: boolean, run: () => T): T {
  // oxlint-disable-next-line no-extend-native
  Object.defineProperty(Object.prototype, name, { value, enumerable, configurable: true, writable: true })
  try {
    return run()
  } finally {
    Reflect.deleteProperty(Object.prototype, name)
  }
}

/** Every name that the source of zod reads as a property: whatever it takes from an object, a prototype could supply. */
function namesReadByZod(): string[] {
  const core = new URL('v4/core/', import.meta.resolve('zod'))
  const files = readdirSync(core).filter((name) =>
    /^(?:api|checks|compile|core|errors|parse|schemas|util)\.js$/.test(name),
  )
  const source = files.map((name) => readFileSync(new URL(name, core), 'utf8')).join('\n')
  const names = [...source.matchAll(/\.([a-zA-Z_$][\w$]*)/g)].map((match) => match[1]!)
  return [...new Set(names)].filter((name) => !(name in {}))
}

describe('whatever name a polluted Object.prototype has', () => {
  const names = namesReadByZod()

  test('zod reads hundreds of names', () => {
    expect(names.length).toBeGreaterThan(300)
    expect(names).toContain('skipChecks')
  })

  test.each<[what: string, value: unknown, enumerable: boolean]>([
    ['true', true, true],
    ['true, hidden', true, false],
  ])(
    'with the value %s nothing bad is accepted, and the good still is',
    (_, value, enumerable) => {
      const opened = names.filter((name) =>
        polluted(name, value, enumerable, () => bad.some((one) => strict.validate(one).ok)),
      )
      const broken = names.filter((name) => !polluted(name, value, enumerable, () => strict.validate(good).ok))
      expect({ opened, broken }).toEqual({ opened: [], broken: [] })
    },
    60_000,
  )

  test('zod alone is opened by some, compiled or not', () => {
    const compiled = z.compile(schema, { strict: true })
    for (const name of ['skipChecks', 'coerce', 'aborted', 'memo']) {
      const accepts = (one: unknown): boolean => compiled.safeParse(one).success
      expect(
        polluted(name, true, false, () => bad.some(accepts)),
        name,
      ).toBe(true)
    }
  })

  test('parseJson reads and refuses as before', () => {
    for (const enumerable of [true, false]) {
      for (const name of [
        'bytes',
        'depth',
        'elements',
        'stringLength',
        'ok',
        'fault',
        'value',
        'polluted',
        'x',
        '0',
        'stream',
        'fatal',
      ]) {
        const verdicts = polluted(name, 1, enumerable, () => [
          parseJson(bytes('{"a":[1,{"b":"c"}]}')),
          parseJson(bytes('{"a":1,"a":1}')),
          parseJson(bytes('['.repeat(17) + ']'.repeat(17))),
          parseJson(bytes('[1,2]'), { elements: 2 }),
        ])
        expect(
          verdicts.map((verdict) => (verdict.ok ? verdict.value : verdict.fault)),
          name,
        ).toEqual([{ a: [1, { b: 'c' }] }, 'key_duplicate', 'too_deep', 'too_many_elements'])
      }
    }
  })
})
