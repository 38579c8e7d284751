import { RingfenceError } from '@ringfence/errors'
import { Driver, type Statement, type Transaction } from './driver.ts'

/** An open SQLCipher 4 database. Names and shapes are those of better-sqlite3, without the doors that leak. */
export interface EncryptedDatabase {
  /** False once `close` was called. */
  readonly open: boolean
  /** True inside a function run by `transaction`. */
  readonly inTransaction: boolean
  /** Compiles one statement. ATTACH, VACUUM and PRAGMA are refused: they can write plaintext or undo what was set up. */
  prepare<Row = unknown>(sql: string): Statement<Row>
  /** Runs several statements without parameters, under the same refusals. */
  exec(sql: string): this
  /** Wraps a function so that it commits as a whole or not at all. */
  transaction<F extends (...args: never[]) => unknown>(run: F): Transaction<F>
  /** Checkpoints and closes the file. */
  close(): this
}

/**
 * The driver's database with every door closed through which content or key would leave in the clear: `serialize()`
 * answers plaintext pages, and `ATTACH ... KEY ''` writes a plaintext file.
 */
export class SealedDatabase extends Driver implements EncryptedDatabase {
  #sealed = false

  /** From here on only ordinary statements are accepted. */
  seal(): void {
    this.#sealed = true
  }

  override prepare<Row = unknown>(sql: string): Statement<Row> {
    return super.prepare(this.#allowed(sql))
  }

  override exec(sql: string): this {
    return super.exec(this.#allowed(sql))
  }

  override pragma(sql: string, options?: { readonly simple?: boolean }): unknown {
    return this.#sealed ? unavailable('pragma') : super.pragma(sql, options)
  }

  override key(key: Buffer): number {
    return this.#sealed ? unavailable('key') : super.key(key)
  }

  #allowed(sql: string): string {
    const word = this.#sealed ? UNSAFE_SQL.exec(sql)?.[0] : undefined
    return word === undefined ? sql : unavailable(word.toUpperCase())
  }
}

function unavailable(what: string): never {
  throw new RingfenceError('option_invalid', `${what} is not available on an encrypted database`)
}

// Anywhere in the text, since exec() takes several statements. Values belong in parameters, where they may say anything.
const UNSAFE_SQL = /\b(?:attach|vacuum|pragma)\b/i

for (const name of ['serialize', 'backup', 'rekey', 'loadExtension', 'unsafeMode', 'function', 'aggregate', 'table']) {
  Object.defineProperty(SealedDatabase.prototype, name, { value: () => unavailable(name) })
}
