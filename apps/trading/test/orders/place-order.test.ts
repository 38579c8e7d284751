import { DenyError } from '@ringfence/guard'
import { verifies, violates } from '@ringfence/policy'
import { executionGate } from '@ringfence/validation'
import { describe, expect, test } from 'vitest'
import { cancelOrder } from '../../src/orders/cancel-order.ts'
import type { Desk } from '../../src/orders/desk.ts'
import type { OrderAnswer, OrderRequest } from '../../src/orders/order.ts'
import { placeOrder } from '../../src/orders/place-order.ts'
import { recoverOrders } from '../../src/orders/recover-orders.ts'
import { verifyTrail } from '../../src/store/verify-trail.ts'
import { PAPER_INSTRUMENTS } from '../../src/venues/paper-venue.ts'
import { deskFixture, limitOrder, validated } from '../desk-fixture.ts'

const place = (desk: Desk, request: OrderRequest, fresh = true): Promise<OrderAnswer> =>
  placeOrder(desk, validated(desk, request), { isFresh: () => fresh })

const denied = async (run: Promise<unknown>): Promise<string> => {
  try {
    await run
  } catch (error) {
    if (error instanceof DenyError) return error.deny.code
    throw error
  }
  throw new Error('nothing was refused')
}

const FRESH = { isFresh: () => true }
const MARKET = { type: 'market', limitPrice: undefined } as const
const lost = (): Promise<never> => Promise.reject(new Error('the connection broke'))

describe('placing', () => {
  test('writes submitting, asks the venue, then writes what it said', async () => {
    const seen: string[] = []
    const { desk, db, trailKey, events } = deskFixture((venue) => ({
      submit: (order, signal) => {
        seen.push(
          db.prepare<{ status: string }>('select status from orders').get()?.status ?? 'none',
          String(db.inTransaction),
        )
        return venue.submit(order, signal)
      },
    }))
    const request = limitOrder()
    const answer = await place(desk, request)
    expect(seen).toEqual(['submitting', 'false'])
    expect(answer).toEqual({
      orderId: expect.stringMatching(/^[0-9a-f]{32}$/),
      clientOrderId: request.clientOrderId,
      status: 'accepted',
    })
    expect(desk.orders.find('main', answer.orderId)).toMatchObject({
      ...request,
      status: 'accepted',
      accountId: 'main',
    })
    expect(db.prepare('select event from trail').all()).toEqual([{ event: 'submitting' }, { event: 'accepted' }])
    expect(verifyTrail(db, trailKey)).toMatchObject({ ok: true, head: { seq: 2 } })
    expect(events).toMatchObject([{ orderId: answer.orderId, status: 'accepted' }])
  })

  test('a refused order leaves no trace', async () => {
    const { desk, db, submitted } = deskFixture()
    expect(await denied(place(desk, limitOrder({ limitPrice: '59000.3' })))).toBe('order_refused')
    expect(await denied(place(desk, limitOrder(), false))).toBe('order_refused')
    expect(submitted).toEqual([])
    for (const table of ['orders', 'trail', 'idempotency', 'paper_venue']) {
      expect(db.prepare(`select count(*) n from ${table}`).get()).toEqual({ n: 0 })
    }
  })

  test('a venue that says no is an answer, one that says nothing is unknown', async () => {
    const no = deskFixture(() => ({ submit: async () => 'rejected' }))
    expect(await place(no.desk, limitOrder())).toMatchObject({ status: 'rejected' })
    const silent = deskFixture(() => ({ submit: lost }))
    expect(await place(silent.desk, limitOrder())).toMatchObject({ status: 'unknown' })
  })

  test('stops at the limit of open orders, and goes on when one is cancelled', async () => {
    const { desk } = deskFixture()
    const answers = await Promise.all(Array.from({ length: 5 }, () => place(desk, limitOrder())))
    expect(await denied(place(desk, limitOrder()))).toBe('order_refused')
    await cancelOrder(desk, answers[0]!.orderId, FRESH)
    expect(await place(desk, limitOrder())).toMatchObject({ status: 'accepted' })
  })
})

describe('the execution gate, with the boundary bypassed', () => {
  verifies('TR-02/execution', 'judges again by what is true now, just before the venue is called', async () => {
    const { desk, submitted } = deskFixture()
    const order = validated(desk, limitOrder())
    desk.instruments.replace(PAPER_INSTRUMENTS.map((one) => ({ ...one, trading: false })))
    expect(await denied(placeOrder(desk, order, FRESH))).toBe('order_refused')
    expect(submitted).toEqual([])
  })

  violates('TR-02/execution', 'a gate without rules would let the halted instrument through', () => {
    const { desk } = deskFixture()
    const order = desk.schema.validate(JSON.parse(JSON.stringify(limitOrder())))
    const gate = executionGate({ schema: desk.schema, maxAgeMs: 5_000, rules: [{ name: 'none', check: () => true }] })
    expect(order.ok && gate.execute(order.value, {}, () => 'sent')).toMatchObject({ ok: true })
  })

  test.each<[string, (desk: Desk) => OrderRequest]>([
    ['was never validated', () => limitOrder()],
    ['is a copy of what was validated', (desk) => ({ ...validated(desk, limitOrder()) })],
    ['is a clone of it', (desk) => structuredClone(validated(desk, limitOrder()))],
  ])('refuses what %s', async (_, make) => {
    const { desk, db } = deskFixture()
    await expect(placeOrder(desk, make(desk), FRESH)).rejects.toThrow(/not_validated/)
    expect(db.prepare('select count(*) n from orders').get()).toEqual({ n: 0 })
  })

  test('refuses what was validated too long ago', async () => {
    const { desk, clock } = deskFixture()
    const order = validated(desk, limitOrder())
    clock.time += 5_001
    await expect(placeOrder(desk, order, FRESH)).rejects.toMatchObject({
      deny: { members: { errors: [{ rule: 'validation_stale' }] } },
    })
  })

  test('refuses a second attempt with the same value', async () => {
    const { desk } = deskFixture()
    const order = validated(desk, limitOrder())
    await expect(placeOrder(desk, order, { isFresh: () => false })).rejects.toMatchObject({
      deny: { members: { errors: [{ rule: 'signature_stale' }] } },
    })
    await expect(placeOrder(desk, order, FRESH)).rejects.toThrow(/already_used/)
  })
})

describe('the client order id', () => {
  test('gets the first answer again, in other words for the same amounts too', async () => {
    const { desk, submitted } = deskFixture()
    const request = limitOrder({ quantity: '0.01' })
    const first = await place(desk, request)
    await cancelOrder(desk, first.orderId, FRESH)
    expect(await place(desk, request)).toEqual(first)
    expect(await place(desk, { ...request, quantity: '0.0100' })).toEqual(first)
    expect(submitted).toEqual([first.orderId])
  })

  test.each<[string, Partial<OrderRequest>]>([
    ['symbol', { symbol: 'ETH-EUR' }],
    ['side', { side: 'sell' }],
    ['type', MARKET],
    ['quantity', { quantity: '0.02' }],
    ['price', { limitPrice: '59001' }],
  ])('refuses another %s', async (_, change) => {
    const { desk, submitted } = deskFixture()
    const request = limitOrder()
    await place(desk, request)
    expect(await denied(place(desk, { ...request, ...change }))).toBe('idempotency_conflict')
    expect(submitted).toHaveLength(1)
  })

  test('sends one order when it arrives many times at once', async () => {
    const { desk, submitted } = deskFixture()
    const request = limitOrder()
    const answers = await Promise.all(Array.from({ length: 20 }, () => place(desk, request)))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]).toMatchObject({ status: 'accepted' })
    expect(submitted).toHaveLength(1)
  })
})

describe('cancelling', () => {
  test('does not reach the venue once the signature has aged, and leaves the order as it is', async () => {
    const asked: string[] = []
    const { desk } = deskFixture((paper) => ({
      cancel: async (orderId, signal) => (asked.push(orderId), paper.cancel(orderId, signal)),
    }))
    const { orderId } = await place(desk, limitOrder())
    await expect(cancelOrder(desk, orderId, { isFresh: () => false })).rejects.toMatchObject({
      deny: { code: 'order_refused', members: { errors: [{ rule: 'signature_stale' }] } },
    })
    expect(asked).toEqual([])
    expect(desk.orders.find(desk.accountId, orderId)?.status).toBe('accepted')
    expect(await cancelOrder(desk, orderId, FRESH)).toMatchObject({ status: 'cancelled' })
  })

  test('is idempotent, and only for open orders', async () => {
    const { desk } = deskFixture()
    const { orderId } = await place(desk, limitOrder())
    expect(await cancelOrder(desk, orderId, FRESH)).toMatchObject({ orderId, status: 'cancelled' })
    expect(await cancelOrder(desk, orderId, FRESH)).toMatchObject({ orderId, status: 'cancelled' })
    expect(await denied(cancelOrder(desk, '0'.repeat(32), FRESH))).toBe('not_found')
    const no = deskFixture(() => ({ submit: async () => 'rejected' }))
    const rejected = await place(no.desk, limitOrder())
    expect(await denied(cancelOrder(no.desk, rejected.orderId, FRESH))).toBe('order_refused')
  })

  test('waits for the placing that is under way', async () => {
    const { desk } = deskFixture()
    const placing = place(desk, limitOrder())
    const { orderId } = desk.orders.unsettled(1)[0]!
    expect(await cancelOrder(desk, orderId, FRESH)).toMatchObject({ status: 'cancelled' })
    expect(await placing).toMatchObject({ status: 'accepted' })
  })
})

describe('what nobody answered is settled by asking, never by sending again', () => {
  test('the order arrived: accepted', async () => {
    const { desk, submitted, db, trailKey } = deskFixture((venue) => ({
      submit: async (order, signal) => {
        await venue.submit(order, signal)
        return lost()
      },
    }))
    const { orderId, status } = await place(desk, limitOrder())
    expect(status).toBe('unknown')
    expect(await recoverOrders(desk)).toBe(0)
    expect(desk.orders.find('main', orderId)).toMatchObject({ status: 'accepted' })
    expect(submitted).toEqual([orderId])
    expect(verifyTrail(db, trailKey).ok).toBe(true)
  })

  test('it never arrived: rejected, but not while it may still be on its way', async () => {
    const { desk, clock } = deskFixture(() => ({ submit: lost, settleMs: 30_000 }))
    const { orderId } = await place(desk, limitOrder())
    clock.time += 29_999
    expect(await recoverOrders(desk)).toBe(1)
    expect(desk.orders.find('main', orderId)).toMatchObject({ status: 'unknown' })
    clock.time += 1
    expect(await recoverOrders(desk)).toBe(0)
    expect(desk.orders.find('main', orderId)).toMatchObject({ status: 'rejected' })
  })

  test('a cancellation without an answer', async () => {
    const { desk } = deskFixture(() => ({ cancel: lost }))
    const { orderId } = await place(desk, limitOrder())
    expect(await cancelOrder(desk, orderId, FRESH)).toMatchObject({ status: 'cancelling' })
    expect(await recoverOrders(desk)).toBe(0)
    expect(desk.orders.find('main', orderId)).toMatchObject({ status: 'accepted' })
  })

  test('a venue that stays away changes nothing', async () => {
    const { desk } = deskFixture(() => ({ submit: lost, status: lost }))
    const { orderId } = await place(desk, limitOrder())
    expect(await recoverOrders(desk)).toBe(1)
    expect(desk.orders.find('main', orderId)).toMatchObject({ status: 'unknown' })
  })
})
