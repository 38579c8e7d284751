import { closeSync, openSync, readSync } from 'node:fs'
import { RingfenceError } from '@ringfence/errors'

/**
 * Does this file begin like an ordinary, unencrypted SQLite database?
 * (https://www.sqlite.org/fileformat.html, section 1.3: the first 16 bytes are `SQLite format 3` and a NUL.)
 *
 * An empty file is not one. Throws `database_unreadable` if the file cannot be read.
 *
 * @example
 * ```ts
 * if (isPlaintext('orders.db')) throw new Error('orders.db is readable by everybody')
 * ```
 */
export function isPlaintext(path: string): boolean {
  const start = Buffer.alloc(PLAINTEXT_HEADER.length)
  try {
    const file = openSync(path, 'r')
    try {
      readSync(file, start, 0, start.length, 0)
    } finally {
      closeSync(file)
    }
  } catch {
    throw new RingfenceError('database_unreadable', `the database file cannot be read: ${path}`)
  }
  return start.equals(PLAINTEXT_HEADER)
}

const PLAINTEXT_HEADER: Buffer = Buffer.from('SQLite format 3\0', 'latin1')
