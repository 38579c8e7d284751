import { RingfenceError } from '@ringfence/errors'
import { type DatabaseKey, type EncryptedDatabase, openEncrypted } from '@ringfence/encrypted-sqlite'
import { SCHEMA, SCHEMA_VERSION } from './schema.ts'

/** Opens the trading database, creating it on first use. Throws `database_*`, also for a schema of another version. */
export function openStore(path: string, key: DatabaseKey): EncryptedDatabase {
  const db = openEncrypted(path, key)
  try {
    migrate(db, path)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function migrate(db: EncryptedDatabase, path: string): void {
  db.transaction(() => {
    const isNew = db.prepare(`select 1 from sqlite_schema where name = 'meta'`).get() === undefined
    if (isNew) {
      db.exec(SCHEMA)
      db.prepare(`insert into meta (name, value) values ('schema', ?)`).run(SCHEMA_VERSION)
    }
    const found = db.prepare<{ value: string }>(`select value from meta where name = 'schema'`).get()?.value
    if (found !== SCHEMA_VERSION) {
      throw new RingfenceError(
        'database_unreadable',
        `${path} has schema version ${found ?? 'none'}, this program needs ${SCHEMA_VERSION}`,
      )
    }
  }).immediate()
}
