import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { RingfenceError } from '@ringfence/errors'
import { type DatabaseKey, withRawKey } from './database-key.ts'
import { type EncryptedDatabase, SealedDatabase } from './encrypted-database.ts'
import { isPlaintext } from './is-plaintext.ts'

/** Options of {@link openEncrypted}. */
export interface OpenOptions {
  /** Create the file (0600) and its folder (0700) when they are missing. Default true. */
  readonly create?: boolean
  /** How long to wait for another connection's lock, in milliseconds. Default 1000. */
  readonly busyTimeoutMs?: number
  /** Decrypted pages kept in memory, in KiB. Decrypting again is what costs, so the default is large: 65536. */
  readonly cacheKiB?: number
}

/**
 * Opens or creates a SQLCipher 4 database with a raw key. What comes back is encrypted, or nothing comes back:
 * a malformed key, a wrong key, a plaintext file and an unreadable path each throw.
 *
 * A commit is on disk when the call returns (WAL with `synchronous=FULL`). Blocking, as better-sqlite3 is.
 *
 * @param path a file; `:memory:` and `file:` URIs are refused, since they cannot be keyed or may carry a key
 * @param key 64 lowercase hexadecimal digits, plain or as a `Secret`
 * @throws RingfenceError `database_key_invalid`, `database_key_wrong`, `database_plaintext`, `database_unreadable`
 *
 * @example
 * ```ts
 * const db = openEncrypted('/var/lib/trading/orders.db', config.databaseKey)
 * db.exec('create table if not exists orders (id text primary key) strict')
 * ```
 */
export function openEncrypted(path: string, key: DatabaseKey, options: OpenOptions = {}): EncryptedDatabase {
  const { create = true, busyTimeoutMs = 1_000, cacheKiB = 65_536 } = options
  assertFilePath(path)
  assertWithin('busyTimeoutMs', busyTimeoutMs, 0, 60_000)
  assertWithin('cacheKiB', cacheKiB, 1_024, 4_194_304)
  return withRawKey(key, (raw) => {
    prepareFile(path, create)
    const db = connect(path, busyTimeoutMs)
    try {
      unlock(db, raw)
      configure(db, cacheKiB)
      // The last word has the disk: whatever the library answered, no plaintext header may be there now.
      if (isPlaintext(path)) throw new RingfenceError('database_plaintext', `${path} was created unencrypted`)
      db.seal()
      return db
    } catch (error) {
      db.close()
      throw error instanceof RingfenceError ? error : clear(path, error)
    }
  })
}

/** Creates what is missing with tight modes, and refuses what is no encrypted database before SQLite touches it. */
function prepareFile(path: string, create: boolean): void {
  try {
    if (create && !existsSync(path)) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      // SQLite gives -wal and -shm the mode of the database itself.
      closeSync(openSync(path, 'wx', 0o600))
      chmodSync(path, 0o600)
    }
    if (!statSync(path).isFile()) throw new Error('not a file')
  } catch {
    throw unreadable(path)
  }
  if (isPlaintext(path)) {
    throw new RingfenceError(
      'database_plaintext',
      `${path} is an unencrypted SQLite database: it is neither opened nor overwritten`,
    )
  }
}

function connect(path: string, timeout: number): SealedDatabase {
  try {
    return new SealedDatabase(path, { fileMustExist: true, timeout })
  } catch {
    throw unreadable(path)
  }
}

/** The order is the point (https://utelle.github.io/SQLite3MultipleCiphers, "SQLCipher"). */
function unlock(db: SealedDatabase, raw: Buffer): void {
  db.pragma(`cipher='sqlcipher'`) // after the key it would be too late: a ChaCha20 file
  db.pragma('legacy=4') // without it genuine SQLCipher 4 cannot open the file
  db.key(raw) // as bytes, never as SQL text, which errors and traces repeat
  db.prepare('select count(*) from sqlite_master').get() // the first point where a wrong key shows
}

function configure(db: SealedDatabase, cacheKiB: number): void {
  const mode = db.pragma('journal_mode=WAL', { simple: true })
  if (mode !== 'wal') throw new RingfenceError('database_unreadable', 'the file system does not support a WAL database')
  db.pragma('synchronous=FULL')
  db.pragma('temp_store=MEMORY') // temporary files would be plaintext
  db.pragma(`cache_size=-${cacheKiB}`)
  db.pragma('trusted_schema=OFF')
}

/** A fresh error without a cause: foreign texts may quote what they were given. */
function clear(path: string, error: unknown): RingfenceError {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  if (code === 'SQLITE_NOTADB') {
    return new RingfenceError(
      'database_key_wrong',
      `the key does not open ${path}, or the file is damaged or not a SQLCipher 4 database`,
    )
  }
  if (code === 'SQLITE_BUSY') {
    return new RingfenceError('database_unreadable', `the database is locked by another process: ${path}`)
  }
  return unreadable(path)
}

function unreadable(path: string): RingfenceError {
  return new RingfenceError(
    'database_unreadable',
    `the database cannot be opened: check that ${path} and its folder are readable and writable`,
  )
}

function assertFilePath(path: unknown): asserts path is string {
  const fit = typeof path === 'string' && path !== '' && path === path.trim() && !path.includes('\0')
  if (!fit || path === ':memory:' || path.startsWith('file:')) {
    throw new RingfenceError('option_invalid', 'openEncrypted takes the path of a file: no URI, no :memory:')
  }
}

function assertWithin(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return
  throw new RingfenceError('option_invalid', `openEncrypted: ${name} must be an integer from ${min} to ${max}`)
}
