import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EncryptedDatabase } from '@ringfence/encrypted-sqlite'
import type { DenyError } from '@ringfence/guard'
import { onTestFinished } from 'vitest'
import { createDesk, type Desk, type OrderEvent } from '../src/orders/desk.ts'
import { DEFAULT_LIMITS } from '../src/orders/order-limits.ts'
import type { OrderRequest } from '../src/orders/order.ts'
import { openStore } from '../src/store/open-store.ts'
import { createPaperVenue, PAPER_INSTRUMENTS } from '../src/venues/paper-venue.ts'
import type { Venue } from '../src/venues/venue.ts'

/** A clock that stands still until it is moved. */
export interface VirtualClock {
  time: number
  now(): number
  monotonic(): number
}

export function virtualClock(time = 1_780_000_000_000): VirtualClock {
  return {
    time,
    now() {
      return this.time
    },
    monotonic() {
      return this.time
    },
  }
}

/** A desk on a real encrypted database in a folder of its own, with a venue that tests may interfere with. */
export interface DeskFixture {
  readonly desk: Desk
  readonly db: EncryptedDatabase
  readonly path: string
  readonly key: string
  readonly trailKey: string
  readonly clock: VirtualClock
  readonly events: OrderEvent[]
  /** What the venue was asked to submit, in order. */
  readonly submitted: string[]
}

export function deskFixture(change: (venue: Venue, db: EncryptedDatabase) => Partial<Venue> = () => ({})): DeskFixture {
  const folder = mkdtempSync(join(tmpdir(), 'trading-desk-'))
  const key = randomBytes(32).toString('hex')
  const path = join(folder, 'orders.db')
  const db = openStore(path, key)
  onTestFinished(() => {
    db.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const clock = virtualClock()
  const events: OrderEvent[] = []
  const submitted: string[] = []
  const paper = createPaperVenue(db)
  const venue: Venue = {
    ...paper,
    submit: (order, signal) => {
      submitted.push(order.orderId)
      return paper.submit(order, signal)
    },
  }
  const trailKey = randomBytes(32).toString('base64url')
  const desk = createDesk({
    db,
    trailKey,
    venue: { ...venue, ...change(venue, db) },
    accountId: 'main',
    limits: { ...DEFAULT_LIMITS, openOrders: 5 },
    clock,
    random: (size) => randomBytes(size),
    report: (event) => events.push(event),
  })
  desk.instruments.replace(PAPER_INSTRUMENTS)
  return { desk, db, path, key, trailKey, clock, events, submitted }
}

/** The rule in the problem of a refusal; the code if there is none. */
export function brokenRule({ deny: { code, members } }: DenyError): string {
  const errors = members?.['errors'] as readonly { readonly rule: string }[] | undefined
  return errors?.[0]?.rule ?? code
}

/** A good order. Each has a price of its own, so that none is the duplicate of another. */
export function limitOrder(change: Partial<OrderRequest> = {}): OrderRequest {
  return {
    clientOrderId: `c-${randomBytes(6).toString('hex')}`,
    symbol: 'BTC-EUR',
    side: 'buy',
    type: 'limit',
    quantity: '0.01',
    limitPrice: (59_000 + (made++ % 2_000) / 2).toFixed(1),
    ...change,
  }
}

/** The order as the boundary would hand it to the handler. */
export function validated(desk: Desk, request: OrderRequest): OrderRequest {
  const verdict = desk.schema.validate(JSON.parse(JSON.stringify(request)))
  if (!verdict.ok) throw new Error(`not valid: ${JSON.stringify(verdict.errors)}`)
  return verdict.value
}

let made = 1
