import { RingfenceError } from '@ringfence/errors'
import { type DatabaseKey, type EncryptedDatabase, openEncrypted } from '@ringfence/encrypted-sqlite'
import { MIGRATIONS, SCHEMA, SCHEMA_VERSION } from './schema.ts'

/**
 * Opens the trading database, and brings one of an older version up to date.
 *
 * @param options.create make it if it is not there: the default
 * @throws RingfenceError `database_*`, also for a schema that is newer than this program
 */
export function openStore(
  path: string,
  key: DatabaseKey,
  options: { readonly create?: boolean } = {},
): EncryptedDatabase {
  const db = openEncrypted(path, key, options)
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
    let found = db.prepare<{ value: string }>(`select value from meta where name = 'schema'`).get()?.value
    for (let step = MIGRATIONS.get(found ?? ''); step !== undefined; step = MIGRATIONS.get(step.to)) {
      db.exec(step.sql)
      db.prepare(`update meta set value = ? where name = 'schema'`).run(step.to)
      found = step.to
    }
    if (found !== SCHEMA_VERSION) {
      throw new RingfenceError(
        'database_unreadable',
        `${path} has schema version ${found ?? 'none'}, this program needs ${SCHEMA_VERSION}`,
      )
    }
  }).immediate()
}
