import { violates, verifies } from '@ringfence/policy'
import type { Clock } from '@ringfence/guard'
import * as fc from 'fast-check'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import * as z from 'zod'
import { decimal } from '../src/decimal.ts'
import { Decimal } from '../src/decimal-value.ts'
import { deepStrict } from '../src/deep-strict.ts'
import type { StrictSchema } from '../src/strict-schema.ts'
import { executionGate, type ExecutionGate } from '../src/execution-gate.ts'
import { guards } from '@ringfence/guard'
import { validBody } from '../src/valid-body.ts'
import { request } from './support/request.ts'

interface Order {
  readonly side: 'buy' | 'sell'
  readonly price: string
}
interface State {
  readonly halted: boolean
  readonly tick: string
}

let time = 0
const clock: Clock = { now: () => time, monotonic: () => time }
const open: State = { halted: false, tick: '0.01' }
const good: Order = { side: 'buy', price: '10.50' }

let schema: StrictSchema<Order>
let gate: ExecutionGate<Order, State, 'halted' | 'off_tick' | 'too_dear'>

beforeEach(() => {
  time = 1_000
  schema = deepStrict(z.strictObject({ side: z.enum(['buy', 'sell']), price: decimal({ scale: 4, max: '100' }) }), {
    clock,
  })
  gate = executionGate({
    schema,
    maxAgeMs: 5_000,
    rules: [
      { name: 'halted', check: (_, state: State) => !state.halted },
      { name: 'off_tick', check: ({ price }, { tick }) => Decimal.parse(price).isMultipleOf(Decimal.parse(tick)) },
      { name: 'too_dear', check: ({ price }) => Decimal.parse(price).compare(Decimal.parse('50')) <= 0 },
    ],
  })
})

function valid(input: Order = good): Order {
  const verdict = schema.validate(input)
  if (!verdict.ok) throw new Error('the sample is invalid')
  return verdict.value
}

describe('the gate runs the action', () => {
  test('once, with the validated value, and answers its result', () => {
    const value = valid()
    const action = vi.fn((order: Order) => `${order.side} ${order.price}`)
    expect(gate.execute(value, open, action)).toEqual({ ok: true, result: 'buy 10.50' })
    expect(action.mock.calls).toEqual([[value]])
    expect(action.mock.calls[0]![0]).toBe(value)
  })

  test('with what validBody handed to the handler', async () => {
    const outcome = await guards()
      .use(validBody(schema))
      .run(request({ body: JSON.stringify(good) }))
    if (!outcome.ok) throw new Error(outcome.code)
    expect(gate.execute(outcome.adds.input, open, () => 'done')).toEqual({ ok: true, result: 'done' })
  })
})

describe('no forgery passes', () => {
  const forgeries: Record<string, (value: Order) => unknown> = {
    'an equal object': () => ({ ...good }),
    'a spread copy': (value) => ({ ...value }),
    'a structured clone': (value) => structuredClone(value),
    'a JSON round trip': (value) => JSON.parse(JSON.stringify(value)),
    'a frozen copy': (value) => Object.freeze({ ...value }),
    'a proxy': (value) => new Proxy(value, {}),
    'an heir': (value) => Object.create(value),
    'a proxy that changes the price': (value) =>
      new Proxy(value, { get: (target, key) => (key === 'price' ? '1' : Reflect.get(target, key)) }),
    'a value of an equal schema': () =>
      deepStrict(z.strictObject({ side: z.enum(['buy', 'sell']), price: decimal({ scale: 4, max: '100' }) })).validate(
        good,
      ),
    'the verdict instead of its value': () => schema.validate(good),
    null: () => null,
    undefined: () => undefined,
    'a string': () => 'buy',
    'a function': () => () => good,
  }
  test.each(Object.entries(forgeries))('%s', (_, forge) => {
    const action = vi.fn()
    expect(gate.execute(forge(valid()) as Order, open, action)).toEqual({ ok: false, rule: 'not_validated' })
    expect(action).not.toHaveBeenCalled()
  })

  test('a value validated before the gate existed', () => {
    const late = deepStrict(z.strictObject({ n: z.int() }))
    const verdict = late.validate({ n: 1 })
    const lateGate = executionGate({ schema: late, maxAgeMs: 1_000, rules: [{ name: 'always', check: () => true }] })
    expect(verdict.ok && lateGate.execute(verdict.value, {}, () => 1)).toEqual({ ok: false, rule: 'not_validated' })
  })

  test('what a rule was shown is the value itself, and it is spent', () => {
    let seen: Order | undefined
    const nosy = executionGate({
      schema,
      maxAgeMs: 1_000,
      rules: [{ name: 'nosy', check: (value: Order) => ((seen = value), false) }],
    })
    nosy.execute(valid(), open, () => 1)
    expect(nosy.execute(seen!, open, () => 1)).toEqual({ ok: false, rule: 'already_used' })
    nosy.review({ ...good }, open)
    expect(nosy.execute(seen!, open, () => 1)).toEqual({ ok: false, rule: 'not_validated' })
  })

  test('the value cannot change after validation', () => {
    const value = valid()
    expect(() => Object.assign(value, { price: '1' })).toThrow(TypeError)
    expect(gate.execute(value, open, (order) => order.price)).toEqual({ ok: true, result: '10.50' })
  })
})

describe('one value, one attempt', () => {
  test('a second execution is refused', () => {
    const value = valid()
    gate.execute(value, open, () => 1)
    expect(gate.execute(value, open, () => 1)).toEqual({ ok: false, rule: 'already_used' })
  })

  test('also from inside the action', () => {
    const value = valid()
    expect(gate.execute(value, open, (order) => gate.execute(order, open, () => 1))).toEqual({
      ok: true,
      result: { ok: false, rule: 'already_used' },
    })
  })

  test('also after the action failed: the transaction rolled back, the attempt stays spent', () => {
    const value = valid()
    expect(() =>
      gate.execute(value, open, () => {
        throw new Error('disk full')
      }),
    ).toThrow('disk full')
    expect(gate.execute(value, open, () => 1)).toEqual({ ok: false, rule: 'already_used' })
  })

  test('also after a rule refused, and at another gate of the same schema', () => {
    const value = valid()
    expect(gate.execute(value, { ...open, halted: true }, () => 1)).toEqual({ ok: false, rule: 'halted' })
    const second = executionGate({ schema, maxAgeMs: 5_000, rules: [{ name: 'always', check: () => true }] })
    expect(second.execute(value, open, () => 1)).toEqual({ ok: false, rule: 'already_used' })
  })
})

test('the schema is asked again: what it no longer allows is refused with the field', () => {
  const listed = new Set(['BTC'])
  const dynamic = deepStrict(
    z.strictObject({
      asset: z
        .string()
        .max(3, { abort: true })
        .regex(/^[A-Z]+$/)
        .refine((asset) => listed.has(asset)),
    }),
  )
  const strictGate = executionGate({ schema: dynamic, maxAgeMs: 5_000, rules: [{ name: 'always', check: () => true }] })
  const verdict = dynamic.validate({ asset: 'BTC' })
  if (!verdict.ok) throw new Error('the sample is invalid')
  listed.clear()
  expect(strictGate.execute(verdict.value, {}, () => 1)).toEqual({
    ok: false,
    rule: 'schema',
    errors: [{ path: '/asset', rule: 'custom' }],
  })
})

describe('age', () => {
  test.each<[age: number, expected: object]>([
    [0, { ok: true, result: 1 }],
    [5_000, { ok: true, result: 1 }],
    [5_000.001, { ok: false, rule: 'too_old' }],
    [-0.001, { ok: false, rule: 'too_old' }],
    [Number.NaN, { ok: false, rule: 'too_old' }],
  ])('%s ms after validation', (age, expected) => {
    const value = valid()
    time += age
    expect(gate.execute(value, open, () => 1)).toEqual(expected)
  })
})

describe('rules', () => {
  test.each<[rule: string, order: Order, state: State]>([
    ['halted', good, { ...open, halted: true }],
    ['off_tick', { ...good, price: '10.505' }, open],
    ['too_dear', { ...good, price: '50.01' }, open],
    ['halted', { ...good, price: '99.999' }, { ...open, halted: true }],
  ])('%s names the refusal', (rule, order, state) => {
    expect(gate.execute(valid(order), state, () => 1)).toEqual({ ok: false, rule })
  })

  test('each rule is necessary: without it what it refuses passes', () => {
    const all = [
      { name: 'halted', check: (_: Order, state: State) => !state.halted },
      {
        name: 'off_tick',
        check: ({ price }: Order, { tick }: State) => Decimal.parse(price).isMultipleOf(Decimal.parse(tick)),
      },
    ]
    for (const left of all) {
      const weaker = executionGate({ schema, maxAgeMs: 5_000, rules: all.filter((rule) => rule !== left) })
      const [order, state] =
        left.name === 'halted' ? [good, { ...open, halted: true }] : [{ ...good, price: '10.505' }, open]
      expect(weaker.execute(valid(order), state, () => 1)).toEqual({ ok: true, result: 1 })
    }
  })

  test.each<[what: string, check: () => unknown]>([
    ['false', () => false],
    ['undefined, a forgotten return', () => undefined],
    ['1', () => 1],
    ['an object', () => ({})],
    ['a promise of true', () => Promise.resolve(true)],
    [
      'an exception',
      () => {
        throw new Error('no instrument')
      },
    ],
  ])('%s is not true', (_, check) => {
    const strict = executionGate({ schema, maxAgeMs: 5_000, rules: [{ name: 'odd', check }] })
    expect(strict.execute(valid(), open, () => 1)).toEqual({ ok: false, rule: 'odd' })
  })

  test('the list is fixed when the gate is made', () => {
    const rules = [{ name: 'never', check: () => false }]
    const fixed = executionGate({ schema, maxAgeMs: 5_000, rules })
    rules[0]!.check = () => true
    rules.length = 0
    expect(fixed.execute(valid(), open, () => 1)).toEqual({ ok: false, rule: 'never' })
    expect(fixed.rules).toEqual(['never'])
    expect(Object.isFrozen(fixed)).toBe(true)
  })

  test('property: the action runs exactly if every rule holds, and the first broken one is named', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }), (answers) => {
        const any = executionGate({
          schema,
          maxAgeMs: 5_000,
          rules: answers.map((answer, i) => ({ name: `rule_${i}`, check: () => answer })),
        })
        const broken = answers.indexOf(false)
        const expected = broken === -1 ? { ok: true, result: 1 } : { ok: false, rule: `rule_${broken}` }
        expect(any.execute(valid(), open, () => 1)).toEqual(expected)
      }),
    )
  })
})

describe('review', () => {
  test('names the rule, or the schema with the fields, for any value', () => {
    expect(gate.review(good, open)).toBeUndefined()
    expect(gate.review({ ...good, price: '10.505' }, open)).toEqual({ ok: false, rule: 'off_tick' })
    expect(gate.review({ ...good, price: '1e2' }, open)).toEqual({
      ok: false,
      rule: 'schema',
      errors: [{ path: '/price', rule: 'format' }],
    })
  })

  test('hands out nothing that could be executed', () => {
    const candidate = { ...good }
    gate.review(candidate, open)
    expect(gate.execute(candidate, open, () => 1)).toEqual({ ok: false, rule: 'not_validated' })
  })
})

describe('a gate that could not work is not made', () => {
  const rules = [{ name: 'always', check: () => true }]
  test.each<[why: string, make: () => unknown]>([
    ['checks nothing', () => executionGate({ schema, maxAgeMs: 5_000, rules: [] })],
    ['maxAgeMs', () => executionGate({ schema, maxAgeMs: 0, rules })],
    ['maxAgeMs', () => executionGate({ schema, maxAgeMs: Number.NaN, rules })],
    ['maxAgeMs', () => executionGate({ schema, maxAgeMs: 60_001, rules })],
    ['unique', () => executionGate({ schema, maxAgeMs: 5_000, rules: [...rules, ...rules] })],
    ['unique', () => executionGate({ schema, maxAgeMs: 5_000, rules: [{ name: 'schema', check: () => true }] })],
    [
      'transforms',
      () => {
        const changed = deepStrict(z.strictObject({ n: z.int().default(1) }))
        return executionGate({ schema: changed, maxAgeMs: 5_000, rules })
      },
    ],
  ])('%s', (why, make) => {
    expect(make).toThrow(why)
  })
})

describe('policy', () => {
  /** Does an executor refuse each value that was not validated, was used, is stale, or breaks a rule by now? */
  const refusesAll = (executes: (value: Order, state: State) => boolean): boolean => {
    const used = valid()
    executes(used, open)
    const stale = valid()
    time += 5_001
    const attempts: [Order, State][] = [
      [used, open],
      [stale, open],
      [{ ...valid() }, open],
      [valid(), { ...open, halted: true }],
      [valid(), { ...open, tick: '0.08' }],
    ]
    return attempts.every(([value, state]) => !executes(value, state))
  }

  verifies('TR-02/execution', 'the gate validates again, against the state of the moment', () => {
    expect(refusesAll((value, state) => gate.execute(value, state, () => true).ok)).toBe(true)
    expect(gate.execute(valid(), open, () => true).ok).toBe(true)
  })

  violates('TR-02/execution', 'an executor that trusts the boundary runs them', () => {
    expect(refusesAll((value) => schema.validate(value).ok)).toBe(false)
  })
})
