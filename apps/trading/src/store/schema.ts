/**
 * The whole database. No column holds anything about a person: an account is an opaque `account_id`, and neither
 * addresses nor key ids are kept (policy TR-21). `test/store/schema.test.ts` lists every column.
 */
export const SCHEMA: string = `
create table meta (
  name text primary key,
  value text not null
) strict, without rowid;

create table instruments (
  symbol text primary key,
  tick text not null,
  step text not null,
  min_quantity text not null,
  max_quantity text not null,
  min_notional text not null,
  max_notional text not null,
  reference_price text not null,
  trading integer not null check (trading in (0, 1))
) strict, without rowid;

create table orders (
  seq integer primary key,
  order_id text not null unique,
  account_id text not null,
  client_order_id text not null,
  symbol text not null references instruments (symbol),
  side text not null check (side in ('buy', 'sell')),
  type text not null check (type in ('limit', 'market')),
  quantity text not null,
  limit_price text,
  status text not null check (status in ('submitting', 'accepted', 'rejected', 'unknown', 'cancelling', 'cancelled')),
  created_at integer not null,
  updated_at integer not null,
  check ((type = 'limit') = (limit_price is not null))
) strict;
create index orders_by_account on orders (account_id, seq);
create index orders_by_time on orders (account_id, created_at);
create index orders_open on orders (account_id, symbol, side, quantity)
  where status in ('submitting', 'accepted', 'unknown', 'cancelling');
create index orders_unsettled on orders (seq) where status in ('submitting', 'unknown', 'cancelling');

create table idempotency (
  account_id text not null,
  client_order_id text not null,
  digest text not null,
  order_id text not null references orders (order_id),
  first_status text,
  primary key (account_id, client_order_id)
) strict, without rowid;

create table halts (
  symbol text primary key,
  since integer not null
) strict, without rowid;

create table trail (
  seq integer primary key,
  at integer not null,
  subject text not null,
  event text not null,
  digest text not null,
  mac text not null
) strict;

create table paper_venue (
  order_id text primary key,
  status text not null check (status in ('accepted', 'rejected', 'cancelled'))
) strict, without rowid;
`

/** Raised with every change of {@link SCHEMA}, together with a migration from the version before. */
export const SCHEMA_VERSION = '2'

/** What leads from an older version to the next one. */
export const MIGRATIONS: ReadonlyMap<string, { readonly to: string; readonly sql: string }> = new Map([
  [
    '1',
    {
      to: '2',
      sql: `
alter table trail rename column order_id to subject;
create table halts (
  symbol text primary key,
  since integer not null
) strict, without rowid;
drop index orders_open;
create index orders_open on orders (account_id, symbol, side, quantity)
  where status in ('submitting', 'accepted', 'unknown', 'cancelling');
create index orders_by_time on orders (account_id, created_at);
`,
    },
  ],
])
