import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { assertInert } from '../src/assert-inert.ts'
import { hostileTexts } from '../src/hostile-corpora.ts'

function notes(): { readonly db: DatabaseSync; readonly rows: () => number; readonly newest: () => string } {
  const db = new DatabaseSync(':memory:')
  db.exec("create table notes (note text); insert into notes values ('first')")
  const count = db.prepare('select count(*) n from notes')
  const newest = db.prepare('select note from notes order by rowid desc limit 1')
  return { db, rows: () => Number(count.get()!['n']), newest: () => String(newest.get()!['note']) }
}

describe('in a database', () => {
  test('with parameters every SQL injection is text', async () => {
    const { db, rows, newest } = notes()
    const insert = db.prepare('insert into notes values (?)')
    let expected = 1
    const roundTrip = (text: string): string => {
      insert.run(text)
      expected++
      return newest()
    }
    expect(await assertInert(hostileTexts('sql'), { roundTrip, unharmed: () => rows() === expected })).toBe(1_267)
  })

  test('put together as text, one is found that is more', async () => {
    const { db, newest } = notes()
    const roundTrip = (text: string): string => {
      db.exec(`insert into notes values ('${text}')`)
      return newest()
    }
    await expect(assertInert(hostileTexts('sql'), { roundTrip })).rejects.toThrow('not inert: ')
  })

  test('what comes back whole but does something beside is found', async () => {
    const { db, rows } = notes()
    const roundTrip = (text: string): string => {
      db.exec('delete from notes')
      return text
    }
    await expect(assertInert(['x'], { roundTrip, unharmed: () => rows() === 1 })).rejects.toThrow(
      'changed something else',
    )
  })
})

describe('in a page', () => {
  const decoded = (html: string): string | undefined =>
    html.includes('<') || html.includes('"')
      ? undefined
      : html.replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&')

  test('escaped, every script is text', async () => {
    const escaped = (text: string): string =>
      text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
    expect(await assertInert(hostileTexts('xss'), { roundTrip: (text) => decoded(escaped(text)) })).toBe(1_544)
  })

  test('not escaped, one is found', async () => {
    await expect(assertInert(hostileTexts('xss'), { roundTrip: decoded })).rejects.toThrow('not inert: ')
  })
})

test('a sink that throws, and a proof over no text, are no proof', async () => {
  const roundTrip = (): string => {
    throw new TypeError('secret')
  }
  await expect(assertInert(['a'], { roundTrip })).rejects.toThrow('not inert: "a" made the sink throw (TypeError)')
  await expect(assertInert([], { roundTrip: (text) => text })).rejects.toThrow('no text was tried')
})
