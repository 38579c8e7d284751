import { guards, type Guard } from '@ringfence/guard'
import { expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import {
  decimal,
  deepStrict,
  executionGate,
  integer,
  validBody,
  validParams,
  validQuery,
  type Verdict,
} from '../src/index.ts'

const order = deepStrict(
  z.strictObject({
    side: z.enum(['buy', 'sell']),
    price: decimal({ scale: 2, max: '9' }),
    note: z.literal('x').optional(),
  }),
)
interface Order {
  side: 'buy' | 'sell'
  price: string
  note?: 'x' | undefined
}

test('validate answers what the schema describes', () => {
  expectTypeOf(order.validate({})).toEqualTypeOf<Verdict<Order>>()
})

test('the guards add input, query and params of exactly that type', () => {
  expectTypeOf(validBody(order)).toExtend<Guard<{}, { readonly input: Order }>>()
  expectTypeOf(validQuery(z.strictObject({ limit: integer({ max: 9 }) }))).toExtend<
    Guard<{}, { readonly query: { limit: number } }, 'query_invalid'>
  >()
  expectTypeOf(validParams(z.strictObject({ id: z.literal('a') }))).toExtend<
    Guard<{}, { readonly params: { id: 'a' } }>
  >()
})

test('two bodies in one chain do not compile', () => {
  // @ts-expect-error an earlier guard already adds this key
  expectTypeOf(() => guards().use(validBody(order)).use(validBody(order))).toBeFunction()
})

const gate = executionGate({
  schema: order,
  maxAgeMs: 5_000,
  rules: [
    { name: 'halted', check: (_, state: { halted: boolean }) => !state.halted },
    { name: 'too_dear', check: ({ price }) => price.length < 3 },
  ],
})

test('the gate knows its rules by name, its state and the result of the action', () => {
  const run = (value: Order): ReturnType<typeof gate.execute<number>> => gate.execute(value, { halted: false }, () => 1)
  const verdict = {} as ReturnType<typeof run>
  if (verdict.ok) expectTypeOf(verdict.result).toEqualTypeOf<number>()
  else {
    expectTypeOf(verdict.rule).toEqualTypeOf<
      'halted' | 'too_dear' | 'not_validated' | 'already_used' | 'too_old' | 'schema'
    >()
  }
})

test('another value or state does not compile', () => {
  // @ts-expect-error a rule needs the state
  expectTypeOf(() => gate.execute({ side: 'buy', price: '1' }, {}, () => 1)).toBeFunction()
  // @ts-expect-error a number is no price
  expectTypeOf(() => gate.execute({ side: 'buy', price: 1 }, { halted: false }, () => 1)).toBeFunction()
})

test('a schema that transforms is no schema for a gate', () => {
  const changed = deepStrict(z.strictObject({ limit: integer({ max: 9 }) }))
  // @ts-expect-error its output is not its input
  expectTypeOf(() => executionGate({ schema: changed, maxAgeMs: 1, rules: [] })).toBeFunction()
})
