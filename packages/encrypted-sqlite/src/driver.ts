// @ts-expect-error the package has types, but its `exports` do not lead to them
import driver from 'better-sqlite3-multiple-ciphers'

/** A value SQLite stores. */
export type SqlValue = string | number | bigint | Uint8Array | null

/** A compiled statement. Values are always bound as parameters: by position, or by name in one object. */
export interface Statement<Row = unknown> {
  /** Runs a statement that answers no rows. */
  run(...parameters: Bound): { readonly changes: number; readonly lastInsertRowid: number | bigint }
  /** The first row, or undefined. */
  get(...parameters: Bound): Row | undefined
  /** Every row. */
  all(...parameters: Bound): Row[]
  /** Rows one by one; the connection is busy until the loop ends. */
  iterate(...parameters: Bound): IterableIterator<Row>
}

type Bound = readonly SqlValue[] | readonly [Readonly<Record<string, SqlValue>>]

/** What this package uses of better-sqlite3-multiple-ciphers. */
export interface DriverDatabase {
  readonly open: boolean
  readonly inTransaction: boolean
  prepare<Row = unknown>(sql: string): Statement<Row>
  exec(sql: string): this
  transaction<F extends (...args: never[]) => unknown>(run: F): Transaction<F>
  pragma(sql: string, options?: { readonly simple?: boolean }): unknown
  key(key: Buffer): number
  close(): this
}

/** A function that commits as a whole or not at all; `immediate` takes the write lock at once. */
export type Transaction<F extends (...args: never[]) => unknown> = ((...args: Parameters<F>) => ReturnType<F>) & {
  readonly immediate: (...args: Parameters<F>) => ReturnType<F>
}

/** The constructor of better-sqlite3-multiple-ciphers. */
export const Driver: new (
  path: string,
  options: { readonly fileMustExist: boolean; readonly timeout: number },
) => DriverDatabase = driver as never
