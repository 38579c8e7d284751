import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEncrypted, type EncryptedDatabase } from '@ringfence/encrypted-sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import { SCHEMA_VERSION } from '../../src/store/schema.ts'
import { SCHEMA_1 } from './schema-1.ts'

const key = randomBytes(32).toString('hex')

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'trading-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'orders.db')
}

/** Every table and index as it is declared, whatever the layout. */
function declared(db: EncryptedDatabase): string[] {
  const rows = db.prepare<{ sql: string }>('select sql from sqlite_schema where sql is not null').all()
  return rows.map(({ sql }) => sql.replace(/["\s]+/g, ' ')).toSorted()
}

test('a database of version 1 becomes what a new one is', () => {
  const path = place()
  const old = openEncrypted(path, key)
  old.exec(`${SCHEMA_1}; insert into meta values ('schema', '1')`)
  old.close()

  const db = openStore(path, key)
  const fresh = openStore(place(), key)
  expect(declared(db)).toEqual(declared(fresh))
  expect(db.prepare(`select value from meta where name = 'schema'`).get()).toEqual({ value: SCHEMA_VERSION })
  db.close()
  fresh.close()
})

test('a database of a version to come is refused, and none is made where none may be', () => {
  const path = place()
  openStore(path, key).exec(`update meta set value = '99' where name = 'schema'`).close()
  expect(() => openStore(path, key)).toThrow(/version 99/)
  expect(() => openStore(place(), key, { create: false })).toThrow(/cannot be opened/)
})
