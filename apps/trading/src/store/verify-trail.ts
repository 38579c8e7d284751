import { timingSafeEqual } from 'node:crypto'
import type { EncryptedDatabase } from '@ringfence/encrypted-sqlite'
import type { Order } from '../orders/order.ts'
import { orderDigest } from './order-digest.ts'
import { SELECT } from './order-store.ts'
import { type TrailEvent, type TrailHead, trailMac } from './trail.ts'

/** What {@link verifyTrail} found: the head it reached, and the first thing that is wrong, if any. */
export interface TrailVerdict {
  readonly ok: boolean
  readonly head: TrailHead
  readonly problem?: string
}

/**
 * Recomputes the whole trail and compares it with orders and halts. Shows edited, removed, inserted and reordered entries, and
 * orders and halts that were changed, deleted or slipped in; with heads from the log also a cut tail and a restored old copy.
 *
 * @param heads heads that were logged earlier, in any order
 */
export function verifyTrail(db: EncryptedDatabase, secret: string, heads: readonly TrailHead[] = []): TrailVerdict {
  const mac = trailMac(db, secret)
  const wanted = new Map(heads.map((head) => [head.seq, head.mac]))
  const last = new Map<string, TrailEvent>()
  let head: TrailHead = { seq: 0, mac: mac.genesis }
  const failed = (problem: string): TrailVerdict => ({ ok: false, head, problem })

  for (const entry of db.prepare<TrailEvent & TrailHead>(ENTRIES).iterate()) {
    if (entry.seq !== head.seq + 1) return failed(`entry ${head.seq + 1} is missing`)
    if (!same(mac.next(head.mac, entry.seq, entry), entry.mac)) return failed(`entry ${entry.seq} was changed`)
    head = { seq: entry.seq, mac: entry.mac }
    if (wanted.has(head.seq) && !same(wanted.get(head.seq)!, head.mac)) {
      return failed(`entry ${head.seq} is not the one whose head was logged`)
    }
    if ((last.get(entry.subject)?.digest ?? entry.digest) !== entry.digest)
      return failed(`entry ${head.seq} names another order`)
    last.set(entry.subject, entry)
  }
  const newest = Math.max(0, ...wanted.keys())
  if (newest > head.seq) return failed(`the trail ends at ${head.seq}, but a head of ${newest} was logged`)
  const wrong = firstWrongHalt(db, last) ?? firstWrongOrder(db, last)
  return wrong === undefined ? { ok: true, head } : failed(wrong)
}

/** Compares the halts, and takes them off the list: what is left are orders. */
function firstWrongHalt(db: EncryptedDatabase, last: Map<string, TrailEvent>): string | undefined {
  const halted = new Set(
    db
      .prepare<{ symbol: string }>('select symbol from halts')
      .all()
      .map(({ symbol }) => symbol),
  )
  for (const { subject, event } of last.values()) {
    if (event !== 'halted' && event !== 'resumed') continue
    last.delete(subject)
    if (halted.delete(subject) !== (event === 'halted')) return `the halt of ${subject} is not as the trail left it`
  }
  return halted.size === 0 ? undefined : `the halt of ${[...halted].join(', ')} has no entry in the trail`
}

function firstWrongOrder(db: EncryptedDatabase, last: ReadonlyMap<string, TrailEvent>): string | undefined {
  let seen = 0
  for (const order of db.prepare<Order>(SELECT).iterate()) {
    const event = last.get(order.orderId)
    if (event === undefined) return `order ${order.orderId} has no entry in the trail`
    if (event.digest !== orderDigest(order)) return `order ${order.orderId} was changed`
    if (event.event !== order.status) return `order ${order.orderId} has another status than its last entry`
    seen++
  }
  return seen === last.size ? undefined : `${last.size - seen} orders of the trail were deleted`
}

function same(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}

const ENTRIES = `select seq, at, subject, event, digest, mac from trail order by seq`
