import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { RingfenceError } from '@ringfence/errors'
import { verifies, violates } from '@ringfence/policy'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isPlaintext, openEncrypted } from '../src/index.ts'

let folder: string
let path: string
const key = randomBytes(32).toString('hex')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'encrypted-sqlite-'))
  path = join(folder, 'orders.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The files of a folder that show the marker, or that any SQLite opens. */
function readable(marker: string): string[] {
  return readdirSync(folder).filter((name) => {
    const bytes = readFileSync(join(folder, name))
    return bytes.includes(marker) || bytes.subarray(0, 15).toString('latin1') === 'SQLite format 3'
  })
}

describe('a new database', () => {
  verifies('TR-19', 'shows neither a SQLite header nor a planted marker in any of its files', () => {
    const marker = `marker-${randomBytes(16).toString('hex')}`
    const db = openEncrypted(path, key)
    db.exec('create table notes (body text)')
    db.prepare('insert into notes values (?)').run(marker)
    expect(readdirSync(folder)).toContain('orders.db-wal')
    expect(readable(marker)).toEqual([])
    db.close()
    expect(readable(marker)).toEqual([])
    expect(() => new DatabaseSync(path).exec('select * from notes')).toThrow(/not a database/)
    expect(openEncrypted(path, key).prepare('select body from notes').all()).toEqual([{ body: marker }])
  })

  violates('TR-19', 'an ordinary SQLite database is caught', () => {
    const db = new DatabaseSync(path)
    db.exec(`create table notes (body text); insert into notes values ('marker')`)
    expect(readable('marker')).toEqual(['orders.db'])
    db.close()
  })

  test('begins with random bytes: two databases under one key differ from the first 16 on', () => {
    const starts = ['a.db', 'b.db'].map((name) => {
      openEncrypted(join(folder, name), key).close()
      return readFileSync(join(folder, name)).subarray(0, 16).toString('hex')
    })
    expect(starts[0]).not.toBe(starts[1])
  })

  test('belongs to its owner alone, with its folder and its side files, whatever the umask', () => {
    const before = process.umask(0)
    try {
      const inner = join(folder, 'state', 'orders.db')
      const db = openEncrypted(inner, key)
      db.exec('create table t (x)')
      const modes = readdirSync(join(folder, 'state')).map((name) => mode(join(folder, 'state', name)))
      expect(modes).toEqual(['600', '600', '600'])
      expect(mode(join(folder, 'state'))).toBe('700')
      db.close()
    } finally {
      process.umask(before)
    }
  })

  test('commits durably and keeps temporary data in memory', () => {
    const db = openEncrypted(path, key)
    const setting = (name: string): unknown =>
      Object.values(db.prepare<Record<string, unknown>>(`select * from pragma_${name}`).get() ?? {})[0]
    expect(setting('journal_mode')).toBe('wal')
    expect(setting('synchronous')).toBe(2)
    expect(setting('temp_store')).toBe(2)
    expect(setting('trusted_schema')).toBe(0)
    expect(setting('cache_size')).toBe(-65_536)
    db.close()
  })

  test('is not made when create is false', () => {
    expect(code(() => openEncrypted(path, key, { create: false }))).toBe('database_unreadable')
    expect(readdirSync(folder)).toEqual([])
  })

  test('takes the key from a Secret', () => {
    openEncrypted(path, { use: (reveal) => reveal(key) }).close()
    expect(openEncrypted(path, key).open).toBe(true)
  })
})

describe('a key of the wrong shape never reaches the cipher', () => {
  test.each([
    ['empty: it would mean plaintext', ''],
    ['63 digits: they would become a passphrase', key.slice(1)],
    ['65 digits', `${key}0`],
    ['upper case', 'A'.repeat(64)],
    ['a passphrase', 'correct horse battery staple'],
    ['a newline after it', `${key}\n`],
    ['key and salt', '0'.repeat(96)],
    ['undefined', undefined],
    ['null', null],
  ])('%s', (_, bad) => {
    expect(code(() => openEncrypted(path, bad as string))).toBe('database_key_invalid')
    expect(readdirSync(folder)).toEqual([])
  })

  test('and never an error', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), (bad) => {
        const error = thrown(() => openEncrypted(path, bad))
        expect(`${error.message} ${error.stack}`).not.toContain(JSON.stringify(bad))
        expect(error.code).toBe('database_key_invalid')
        expect(error.cause).toBeUndefined()
      }),
    )
  })
})

describe('an existing file', () => {
  test('does not open with another key, and stays as it was', () => {
    openEncrypted(path, key).exec('create table t (x)').close()
    const before = readFileSync(path)
    const wrong = randomBytes(32).toString('hex')
    const error = thrown(() => openEncrypted(path, wrong))
    expect(error.code).toBe('database_key_wrong')
    expect(error.message).not.toContain(wrong)
    expect(readFileSync(path).equals(before)).toBe(true)
    openEncrypted(path, key).prepare('select * from t').all()
  })

  test('that is plaintext is refused, not encrypted and not overwritten', () => {
    new DatabaseSync(path).exec('create table t (x)')
    const before = readFileSync(path)
    expect(isPlaintext(path)).toBe(true)
    expect(code(() => openEncrypted(path, key))).toBe('database_plaintext')
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  test('that is no database is refused', () => {
    writeFileSync(path, randomBytes(8_192))
    expect(code(() => openEncrypted(path, key))).toBe('database_key_wrong')
  })

  test('shows a single flipped bit, on every page', () => {
    const db = openEncrypted(path, key)
    db.exec('create table t (x)')
    const insert = db.prepare('insert into t values (?)')
    for (let i = 0; i < 40; i++) insert.run(randomBytes(400).toString('hex'))
    db.close()
    const good = readFileSync(path)
    for (let page = 0; page < good.length / 4_096; page++) {
      const bad = Buffer.from(good)
      bad[page * 4_096 + 2_000]! ^= 1
      writeFileSync(path, bad)
      expect(() => openEncrypted(path, key).prepare('select sum(length(x)) from t').get()).toThrow(
        /malformed|does not open/,
      )
    }
    writeFileSync(path, good)
    expect(openEncrypted(path, key).prepare('select count(*) n from t').get()).toEqual({ n: 40 })
  })
})

describe('a path that cannot be used is one clear sentence', () => {
  test('a folder in the place of the file', () => {
    mkdirSync(path)
    expect(code(() => openEncrypted(path, key))).toBe('database_unreadable')
  })

  test('a file in the place of the folder', () => {
    writeFileSync(join(folder, 'state'), '')
    expect(code(() => openEncrypted(join(folder, 'state', 'orders.db'), key))).toBe('database_unreadable')
  })

  test('a link that leads nowhere', () => {
    symlinkSync(join(folder, 'missing', 'orders.db'), path)
    expect(code(() => openEncrypted(path, key))).toBe('database_unreadable')
  })

  test.each([':memory:', '', ' orders.db', 'file:orders.db?hexkey=00', 'a\0b'])('%j', (bad) => {
    expect(code(() => openEncrypted(bad, key))).toBe('option_invalid')
  })

  test('a lock held by somebody else', () => {
    const other = openEncrypted(path, key)
    other.exec('create table t (x); begin exclusive')
    const db = openEncrypted(path, key, { busyTimeoutMs: 10 })
    expect(() => db.exec('insert into t values (1)')).toThrow(/locked/)
    other.close()
  })
})

describe('the open database has no door that leaks', () => {
  test.each([
    ['serialize, which answers plaintext', (db: Hazards) => db.serialize()],
    ['backup', (db: Hazards) => db.backup('copy.db')],
    ['rekey in place, which is not crash-safe', (db: Hazards) => db.rekey(Buffer.alloc(0))],
    ['key', (db: Hazards) => db.key(Buffer.alloc(0))],
    ['pragma', (db: Hazards) => db.pragma('synchronous=OFF')],
    ['loadExtension', (db: Hazards) => db.loadExtension('x')],
    ['attach', (db: Hazards) => db.exec(`attach '${folder}/plain.db' as plain key ''`)],
    [
      'attach after another statement',
      (db: Hazards) => db.exec(`select 1;/**/AtTaCh '${folder}/plain.db' as p key ''`),
    ],
    ['vacuum into', (db: Hazards) => db.prepare(`vacuum into '${folder}/plain.db'`)],
    ['the statement gives no way round', (db: Hazards) => db.prepare('select 1').database.serialize()],
  ])('%s', (_, attempt) => {
    const db = openEncrypted(path, key)
    expect(code(() => attempt(db as unknown as Hazards))).toBe('option_invalid')
    db.close()
    expect(readdirSync(folder)).toEqual(['orders.db'])
  })
})

test('what was committed survives kill -9', { timeout: 30_000 }, async () => {
  const child = spawn(process.execPath, ['--conditions=@ringfence/source', WRITER, path, key], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const acknowledged: number[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(Number(line))
    if (acknowledged.length === 200) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  expect(child.signalCode).toBe('SIGKILL')
  const db = openEncrypted(path, key)
  const kept = new Set(
    db
      .prepare<{ id: number }>('select id from rows')
      .all()
      .map((row) => row.id),
  )
  expect(acknowledged.filter((id) => !kept.has(id))).toEqual([])
  expect(db.prepare('select * from pragma_integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
  db.close()
})

interface Hazards {
  serialize(): unknown
  backup(path: string): unknown
  rekey(key: Buffer): unknown
  key(key: Buffer): unknown
  pragma(sql: string): unknown
  loadExtension(path: string): unknown
  exec(sql: string): unknown
  prepare(sql: string): { database: Hazards }
}

function thrown(run: () => unknown): RingfenceError {
  try {
    run()
  } catch (error) {
    if (error instanceof RingfenceError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

const code = (run: () => unknown): string => thrown(run).code
const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8)
const WRITER = new URL('write-until-killed.ts', import.meta.url).pathname
