import type { EncryptedDatabase } from '@ringfence/encrypted-sqlite'
import type { Trail } from './trail.ts'

/** What the operator has halted, each change together with its entry in the trail. Call the writing methods inside a transaction. */
export interface HaltStore {
  /** Is this symbol halted, or with {@link EVERYTHING} all trading? */
  has(symbol: string): boolean
  list(): string[]
  /** False if it was halted before. */
  halt(symbol: string, at: number): boolean
  /** False if it was not halted. */
  resume(symbol: string, at: number): boolean
}

export function createHaltStore(db: EncryptedDatabase, trail: Trail): HaltStore {
  const find = db.prepare(`select 1 from halts where symbol = ?`)
  const list = db.prepare<{ symbol: string }>(`select symbol from halts order by symbol`)
  const insert = db.prepare(`insert into halts (symbol, since) values (?, ?) on conflict do nothing`)
  const remove = db.prepare(`delete from halts where symbol = ?`)
  const record = (changes: number, subject: string, event: 'halted' | 'resumed', at: number): boolean => {
    if (changes === 1) trail.append({ at, subject, event, digest: '' })
    return changes === 1
  }
  return {
    has: (symbol) => find.get(symbol) !== undefined,
    list: () => list.all().map(({ symbol }) => symbol),
    halt: (symbol, at) => record(insert.run(symbol, at).changes, symbol, 'halted', at),
    resume: (symbol, at) => record(remove.run(symbol).changes, symbol, 'resumed', at),
  }
}

/** What stands for all symbols: the kill switch. No symbol is spelled like this. */
export const EVERYTHING = '*'
