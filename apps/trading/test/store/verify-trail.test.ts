import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { cancelOrder } from '../../src/orders/cancel-order.ts'
import { placeOrder } from '../../src/orders/place-order.ts'
import { verifyTrail } from '../../src/store/verify-trail.ts'
import { type DeskFixture, deskFixture, limitOrder, validated } from '../desk-fixture.ts'

async function history(): Promise<DeskFixture & { readonly ids: readonly string[] }> {
  const fixture = deskFixture()
  const ids: string[] = []
  for (let i = 0; i < 3; i++) {
    const { orderId } = await placeOrder(fixture.desk, validated(fixture.desk, limitOrder()), { isFresh: () => true })
    ids.push(orderId)
  }
  await cancelOrder(fixture.desk, ids[0]!, FRESH)
  fixture.desk.halts.halt('BTC-EUR', fixture.clock.time)
  fixture.desk.halts.resume('BTC-EUR', fixture.clock.time)
  fixture.desk.halts.halt('*', fixture.clock.time)
  return { ...fixture, ids }
}

describe('whoever has the database key but not the trail key is caught', () => {
  test('an honest history holds, with every head that was ever logged', async () => {
    const { db, desk, trailKey } = await history()
    const heads = db.prepare<{ seq: number; mac: string }>('select seq, mac from trail').all()
    expect(verifyTrail(db, trailKey, heads)).toEqual({ ok: true, head: desk.trail.head() })
    expect(desk.trail.head().seq).toBe(11)
  })

  test.each([
    ['an entry is edited', `update trail set event = 'rejected' where seq = 2`, /entry 2 was changed/],
    ['an entry is moved in time', 'update trail set at = at + 1 where seq = 3', /entry 3 was changed/],
    ['an entry is removed', 'delete from trail where seq = 4', /entry 4 is missing/],
    ['the first entry is removed', 'delete from trail where seq = 1', /entry 1 is missing/],
    [
      'entries are renumbered over a gap',
      'delete from trail where seq = 4; update trail set seq = seq - 1 where seq > 4',
      /entry 4 was changed/,
    ],
    [
      'an entry is copied',
      `insert into trail select 12, at, subject, event, digest, mac from trail where seq = 8`,
      /entry 12/,
    ],
    ['an order is edited', `update orders set quantity = '5' where seq = 2`, /was changed/],
    ['a price is edited', `update orders set limit_price = '1' where seq = 3`, /was changed/],
    ['a status is edited', `update orders set status = 'accepted' where seq = 1`, /another status/],
    [
      'an order is deleted',
      `delete from idempotency where order_id = (select order_id from orders where seq = 2); delete from orders where seq = 2`,
      /1 orders of the trail were deleted/,
    ],
    [
      'an order is slipped in',
      `insert into orders select 9, 'x', account_id, 'y', symbol, side, type, quantity, limit_price, status, created_at, updated_at from orders where seq = 1`,
      /no entry/,
    ],
    ['a halt is lifted', 'delete from halts', /the halt of \* is not as the trail left it/],
    ['a halt is slipped in', `insert into halts values ('ETH-EUR', 1)`, /the halt of ETH-EUR has no entry/],
    ['a halt that was lifted is back', `insert into halts values ('BTC-EUR', 1)`, /the halt of BTC-EUR is not as/],
  ])('%s', async (_, sql, problem) => {
    const { db, trailKey } = await history()
    db.exec(sql)
    expect(verifyTrail(db, trailKey)).toMatchObject({ ok: false, problem: expect.stringMatching(problem) })
  })

  test('a cut tail shows against a logged head, and only so', async () => {
    const { db, desk, trailKey } = await history()
    const logged = desk.trail.head()
    db.exec(`delete from halts; delete from trail where seq > 7; update orders set status = 'cancelling' where seq = 1`)
    expect(verifyTrail(db, trailKey).ok).toBe(true)
    expect(verifyTrail(db, trailKey, [logged])).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/ends at 7/),
    })
  })

  test('an old copy that went on differently shows against a logged head', async () => {
    const { db, desk, trailKey, ids, clock } = await history()
    const logged = desk.trail.head()
    db.exec(`delete from halts; delete from trail where seq > 7; update orders set status = 'cancelling' where seq = 1`)
    clock.time += 1
    await cancelOrder(desk, ids[1]!, FRESH)
    expect(verifyTrail(db, trailKey).ok).toBe(true)
    expect(verifyTrail(db, trailKey, [logged])).toMatchObject({ ok: false, problem: expect.stringMatching(/logged/) })
  })

  test('the wrong key proves nothing, and neither does another database', async () => {
    const { db, trailKey } = await history()
    expect(verifyTrail(db, randomBytes(32).toString('base64url')).ok).toBe(false)
    db.exec(`update meta set value = 'another' where name = 'trail'`)
    expect(verifyTrail(db, trailKey)).toMatchObject({ ok: false, problem: 'entry 1 was changed' })
  })
})

const FRESH = { isFresh: () => true }
