import { RingfenceError } from '@ringfence/errors'
import { DenyError } from '@ringfence/guard'
import { deepStrict } from '@ringfence/validation'
import type { Desk } from '../../../src/orders/desk.ts'
import { orderLimits } from '../../../src/orders/order-limits.ts'
import type { OrderRequest } from '../../../src/orders/order.ts'
import { ORDER_SCHEMA } from '../../../src/orders/order-schema.ts'
import { placeOrder } from '../../../src/orders/place-order.ts'
import { readOrderState } from '../../../src/orders/read-order-state.ts'
import { requestDigest } from '../../../src/store/idempotency-store.ts'
import { brokenRule, type DeskFixture, deskFixture, validated } from '../../desk-fixture.ts'
import type { Handover, Manipulation } from './case.ts'
import { applyChange, instruments } from './change.ts'
import { GOOD_ORDER } from './good-order.ts'

/** A desk in the situation of the case. */
export async function deskFor({ given = {} }: Manipulation): Promise<DeskFixture> {
  const { limits = {}, instrument, orders = [] } = given
  const fixture = deskFixture()
  const desk = { ...fixture.desk, limits: orderLimits(limits) }
  desk.instruments.replace(instruments(instrument))
  for (const order of orders) {
    await placeOrder(desk, validated(desk, { ...GOOD_ORDER, ...order }), { isFresh: () => true })
  }
  return { ...fixture, desk }
}

/** Hands a body that nobody validated to the gate. Answers the rules that refuse: to execute it, and to review it. */
export function bypassed({ desk }: DeskFixture, attempt: Manipulation): readonly [string, string] {
  const state = readOrderState(desk, GOOD_ORDER, requestDigest(GOOD_ORDER), true)
  const value = carelesslyRead(attempt) as OrderRequest
  const executed = desk.gate.execute(value, state, () => 'sent')
  const reviewed = desk.gate.review(value, state)
  return [executed.ok ? executed.result : executed.rule, reviewed?.errors?.[0]?.rule ?? reviewed?.rule ?? 'none']
}

/** Places the order of the case on the desk, past the boundary. Answers the rule that refused it. */
export async function atGate(fixture: DeskFixture, attempt: Manipulation): Promise<string> {
  const { desk } = fixture
  const { value, signature } = prepare(fixture, attempt)
  const handed = attempt.handover === undefined ? value : HANDOVERS[attempt.handover](value, desk)
  try {
    const answer = await placeOrder(desk, handed, signature)
    return answer.status
  } catch (error) {
    if (error instanceof DenyError) return brokenRule(error)
    // What only a fault of this program can bring here is no answer to a caller.
    if (error instanceof RingfenceError) return error.message.split(': ').at(-1)!
    throw error
  }
}

/** What the gate of this desk says to the order of the case, without placing it. */
export function judged(fixture: DeskFixture, gate: Desk['gate'], attempt: Manipulation): string {
  const { desk } = fixture
  const { value, signature } = prepare(fixture, attempt)
  const state = readOrderState(desk, value, requestDigest(value), signature.isFresh())
  const verdict = gate.execute(value, state, () => 'accepted')
  return verdict.ok ? verdict.result : verdict.rule
}

/** Validates the order, and lets happen what happens before its execution. */
function prepare({ desk, clock }: DeskFixture, { body, given = {}, meanwhile = {} }: Manipulation) {
  const value = validated(desk, { ...GOOD_ORDER, ...(body as object | undefined) })
  const signedAt = clock.now() - (given.signedMs ?? 0)
  const isFresh = (): boolean => clock.now() - signedAt >= -1_000 && clock.now() - signedAt <= 5_000
  applyChange({ ...desk, clock }, meanwhile)
  return { value, signature: { isFresh } }
}

function carelesslyRead({ body, read }: Manipulation): unknown {
  if (read !== undefined) return read
  return JSON.parse(typeof body === 'string' ? body : JSON.stringify({ ...GOOD_ORDER, ...body }))
}

const HANDOVERS: Readonly<Record<Handover, (value: OrderRequest, desk: Desk) => OrderRequest>> = {
  'a copy': (value) => ({ ...value }),
  'a copy with another quantity': (value) => ({ ...value, quantity: '5' }),
  'a clone': (value) => structuredClone(value),
  'a JSON round trip': (value) => JSON.parse(JSON.stringify(value)) as OrderRequest,
  'an heir': (value) => Object.create(value, { quantity: { value: '5' } }) as OrderRequest,
  'a proxy': (value) => new Proxy(value, {}),
  'a getter': (value) => {
    let reads = 0
    return {
      ...value,
      get quantity() {
        return reads++ === 0 ? '0.01' : '5'
      },
    }
  },
  'what another schema validated': (value) => {
    const verdict = deepStrict(ORDER_SCHEMA).validate({ ...value })
    if (!verdict.ok) throw new Error('not valid')
    return verdict.value
  },
  'the same value again': (value, desk) => {
    const state = readOrderState(desk, value, requestDigest(value), false)
    if (desk.gate.execute(value, state, () => 'sent').ok) throw new Error('not refused')
    return value
  },
}
