import { DENY_CODES } from '@ringfence/guard'
import { verifies, violates } from '@ringfence/policy'
import { executionGate } from '@ringfence/validation'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Desk } from '../../src/orders/desk.ts'
import { GATE_RULES, ORDER_RULES } from '../../src/orders/order-rules.ts'
import { type AppFixture, appFixture } from '../app-fixture.ts'
import { appFor, atBoundary } from './manipulation/at-boundary.ts'
import { atGate, bypassed, deskFor, judged } from './manipulation/at-gate.ts'
import type { Manipulation } from './manipulation/case.ts'
import { MANIPULATIONS } from './manipulation/cases.ts'

const named = MANIPULATIONS.map((attempt) => [`${attempt.kind}: ${attempt.id}`, attempt] as const)
const ordersOf = async (app: AppFixture): Promise<number> =>
  (await app.call('GET', '/v1/orders', { key: app.read })).json.items.length

describe('the good order that all of them spoil', () => {
  const good: Manipulation = { id: 'good', kind: 'structure', boundary: ['internal_error'], gate: 'type' }

  test('is accepted at the boundary, slowly sent too', async () => {
    const app = await appFor(good)
    expect((await atBoundary(app, good)).status).toBe(201)
    const slow = await atBoundary(app, { ...good, body: { clientOrderId: 'm-2', limitPrice: '1e5' }, meanwhile: {} })
    expect(slow.json.errors).toEqual([{ path: '/limitPrice', rule: 'format' }])
  })

  test('and by the gate', async () => {
    expect(await atGate(await deskFor(good), good)).toBe('accepted')
    expect(bypassed(await deskFor(good), good)).toEqual(['not_validated', 'none'])
  })
})

describe('every manipulation is refused at the boundary, by its own rule', () => {
  const ends: (() => Promise<void>)[] = []
  let shared: AppFixture
  beforeAll(async () => {
    shared = await appFixture({}, (end) => ends.push(end))
  })
  afterAll(() => Promise.all(ends.map((end) => end())))

  test.each(named)('%s', async (_, attempt) => {
    const isAlone = attempt.given !== undefined || attempt.meanwhile !== undefined || attempt.wire !== undefined
    shared.clock.time += 1_000
    const app = isAlone ? await appFor(attempt) : shared
    const before = await ordersOf(app)
    const { status, json } = await atBoundary(app, attempt)
    const [code, rule] = attempt.boundary
    expect({ status, code: json.code, rule: json.errors?.[0].rule }).toEqual({
      status: DENY_CODES[code].status,
      code,
      rule,
    })
    app.clock.time += 10_000
    expect(await ordersOf(app)).toBe(before + (attempt.wire === 'sent twice' ? 1 : 0))
  })
})

describe('and by the execution gate alone, whatever the boundary let through', () => {
  test.each(named)('%s', async (_, attempt) => {
    const fixture = await deskFor(attempt)
    const before = fixture.submitted.length
    if (isPastSchema(attempt)) expect(await atGate(fixture, attempt)).toBe(attempt.gate)
    else expect(bypassed(fixture, attempt)).toEqual(['not_validated', noneIfOnly(attempt.gate)])
    expect(fixture.submitted).toHaveLength(before)
  })
})

describe('no rule is there for nothing', () => {
  /** The gate of a desk with one rule taken out. */
  const without = (desk: Desk, rule: string): Desk['gate'] =>
    executionGate({ schema: desk.schema, maxAgeMs: 5_000, rules: GATE_RULES.filter(({ name }) => name !== rule) })

  const ruled = MANIPULATIONS.filter(({ gate }) => GATE_RULES.some(({ name }) => name === gate))

  test.each(ruled.map((attempt) => [attempt.gate, attempt.id, attempt] as const))(
    'without %s: %s',
    async (rule, _, attempt) => {
      const fixture = await deskFor(attempt)
      expect(judged(fixture, fixture.desk.gate, attempt)).toBe(rule)
      const mutant = await deskFor(attempt)
      // Later rules need the instrument: without theirs, the next one refuses in its own name.
      const instead = rule === 'symbol_unknown' ? 'symbol_halted' : 'accepted'
      expect(judged(mutant, without(mutant.desk, rule), attempt)).toBe(instead)
    },
  )

  test('every rule has a case, and so has every class', () => {
    const rules = new Set(MANIPULATIONS.map(({ gate }) => gate as string))
    expect(Object.keys(ORDER_RULES).filter((rule) => !rules.has(rule))).toEqual(['order_not_open'])
    expect(new Set(MANIPULATIONS.map(({ kind }) => kind)).size).toBe(9)
    expect(new Set(named.map(([name]) => name)).size).toBe(MANIPULATIONS.length)
    expect(MANIPULATIONS.length).toBeGreaterThanOrEqual(60)
  })

  test('an older validation would pass if its age did not count', async () => {
    const attempt = MANIPULATIONS.find(({ id }) => id === 'a body that takes its time')!
    const fixture = await deskFor(attempt)
    const patient = executionGate({
      schema: fixture.desk.schema,
      maxAgeMs: 60_000,
      rules: GATE_RULES.filter(({ name }) => name !== 'signature_stale'),
    })
    expect(judged(fixture, patient, attempt)).toBe('accepted')
  })
})

describe('the policy', () => {
  const refusals = async (app: AppFixture, bodies: readonly Manipulation[]): Promise<unknown[]> => {
    const answers: unknown[] = []
    for (const attempt of bodies) {
      app.clock.time += 1_000
      answers.push((await atBoundary(app, attempt)).json.code)
    }
    return answers
  }
  const unknown = MANIPULATIONS.filter(({ kind }) => kind === 'mass assignment').slice(0, 3)
  const bad: Manipulation = {
    id: 'bad',
    kind: 'numbers',
    body: { quantity: '1e-2' },
    boundary: ['body_invalid'],
    gate: 'format',
  }
  const good: Manipulation = { ...bad, id: 'good', body: {} }

  verifies(
    ['TR-02/boundary', 'TR-03/body'],
    'an order outside the schema is refused and nothing is placed',
    async () => {
      const app = await appFixture()
      expect(await refusals(app, [bad, ...unknown])).toEqual(Array.from({ length: 4 }, () => 'body_invalid'))
      expect(await ordersOf(app)).toBe(0)
    },
  )

  violates(
    ['TR-02/boundary', 'TR-03/body'],
    'an order within the schema gets to the handler, and is seen',
    async () => {
      const app = await appFixture()
      expect(await refusals(app, [good])).toEqual([undefined])
      expect(await ordersOf(app)).toBe(1)
    },
  )

  verifies('TR-04/symbols', 'an instrument that is not listed is refused', async () => {
    const app = await appFixture()
    expect(await refusals(app, [{ ...good, body: { symbol: 'DOGE-EUR' } }])).toEqual(['order_refused'])
  })

  violates('TR-04/symbols', 'the same order for a listed one is accepted', async () => {
    const app = await appFixture()
    expect(await refusals(app, [{ ...good, body: { symbol: 'ETH-EUR', limitPrice: '2500' } }])).toEqual([undefined])
  })
})

/** Is the body one that the schema lets through, so that it is for the rules of the gate to refuse it? */
function isPastSchema({ handover, kind, body }: Manipulation): boolean {
  return handover !== undefined || (typeof body !== 'string' && PAST_SCHEMA.has(kind))
}

function noneIfOnly(gate: string): string {
  return gate === 'not_validated' ? 'none' : gate
}

const PAST_SCHEMA: ReadonlySet<Manipulation['kind']> = new Set([
  'time',
  'replay',
  'time of check, time of use',
  'limits',
])
