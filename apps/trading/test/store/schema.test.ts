import { verifies, violates } from '@ringfence/policy'
import type { EncryptedDatabase } from '@ringfence/encrypted-sqlite'
import { expect, test } from 'vitest'
import { placeOrder } from '../../src/orders/place-order.ts'
import { PAPER_INSTRUMENTS } from '../../src/venues/paper-venue.ts'
import { deskFixture, limitOrder, validated } from '../desk-fixture.ts'

/** Columns that are not on the list of what may be stored. */
function unexpectedColumns(db: EncryptedDatabase): string[] {
  return db
    .prepare<{ name: string }>(
      `select t.name || '.' || c.name name from pragma_table_list t join pragma_table_info(t.name) c
       where t.schema = 'main' and t.name not like 'sqlite_%'`,
    )
    .all()
    .map(({ name }) => name)
    .filter((name) => !PERMITTED.has(name))
}

const TABLES = {
  meta: ['name', 'value'],
  instruments: [
    'symbol',
    'tick',
    'step',
    'min_quantity',
    'max_quantity',
    'min_notional',
    'max_notional',
    'reference_price',
    'trading',
  ],
  orders: [
    'seq',
    'order_id',
    'account_id',
    'client_order_id',
    'symbol',
    'side',
    'type',
    'quantity',
    'limit_price',
    'status',
    'created_at',
    'updated_at',
  ],
  idempotency: ['account_id', 'client_order_id', 'digest', 'order_id', 'first_status'],
  trail: ['seq', 'at', 'subject', 'event', 'digest', 'mac'],
  halts: ['symbol', 'since'],
  paper_venue: ['order_id', 'status'],
}
const PERMITTED = new Set(
  Object.entries(TABLES).flatMap(([table, columns]) => columns.map((name) => `${table}.${name}`)),
)

verifies('TR-21/database', 'the database has no column for anything about a person: account_id only', () => {
  expect(unexpectedColumns(deskFixture().db)).toEqual([])
})

violates('TR-21/database', 'a column for an address or a name is caught', () => {
  const { db } = deskFixture()
  db.exec('alter table orders add column client_address text; create table customers (name text)')
  expect(unexpectedColumns(db).toSorted()).toEqual(['customers.name', 'orders.client_address'])
})

test('instruments can be replaced while orders refer to them, and vanish only by being halted', async () => {
  const { desk } = deskFixture()
  await placeOrder(desk, validated(desk, limitOrder()), { isFresh: () => true })
  desk.instruments.replace(PAPER_INSTRUMENTS.map((one) => ({ ...one, tick: '0.25' })))
  expect(desk.instruments.find('BTC-EUR')).toMatchObject({ tick: '0.25', trading: true })
  desk.instruments.replace([])
  expect(desk.instruments.list().map(({ trading }) => trading)).toEqual([false, false, false])
})
