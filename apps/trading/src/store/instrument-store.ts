import type { EncryptedDatabase } from '@ringfence/encrypted-sqlite'
import type { Instrument } from '../orders/instrument.ts'

/** The instruments as the venue last described them; one that the operator halted does not trade. */
export interface InstrumentStore {
  find(symbol: string): Instrument | undefined
  list(): Instrument[]
  /** Takes over the venue's list; what it no longer names is halted, since orders may refer to it. */
  replace(instruments: readonly Instrument[]): void
}

export function createInstrumentStore(db: EncryptedDatabase): InstrumentStore {
  const find = db.prepare<Row>(`${SELECT} where symbol = ?`)
  const list = db.prepare<Row>(`${SELECT} order by symbol`)
  const halt = db.prepare(`update instruments set trading = 0`)
  const upsert = db.prepare(
    `insert or replace into instruments
       (symbol, tick, step, min_quantity, max_quantity, min_notional, max_notional, reference_price, trading)
     values
       (@symbol, @tick, @step, @minQuantity, @maxQuantity, @minNotional, @maxNotional, @referencePrice, @trading)`,
  )
  const replace = db.transaction((instruments: readonly Instrument[]) => {
    halt.run()
    for (const instrument of instruments) upsert.run({ ...instrument, trading: Number(instrument.trading) })
  })
  return {
    find: (symbol) => fromRow(find.get(symbol)),
    list: () => list.all().map((row) => fromRow(row)),
    replace: (instruments) => replace.immediate(instruments),
  }
}

type Row = Omit<Instrument, 'trading'> & { readonly trading: number }

function fromRow(row: Row): Instrument
function fromRow(row: Row | undefined): Instrument | undefined
function fromRow(row: Row | undefined): Instrument | undefined {
  return row && { ...row, trading: row.trading === 1 }
}

const SELECT = `select symbol, tick, step, min_quantity minQuantity, max_quantity maxQuantity, min_notional minNotional,
  max_notional maxNotional, reference_price referencePrice,
  trading and symbol not in (select symbol from halts) trading from instruments`
