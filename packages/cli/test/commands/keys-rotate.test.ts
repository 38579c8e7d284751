import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ApiKeyRecord, generateApiKey, keyRing } from '@ringfence/hmac-auth'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { folder } from '../support/folder.ts'
import { ringfence, type Run, runHere } from '../support/ringfence.ts'

let place: ReturnType<typeof folder>
let file: string
let desk: ApiKeyRecord
let other: ApiKeyRecord

beforeEach(() => {
  place = folder()
  file = join(place.path, 'keys.json')
  desk = { ...generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] }), label: 'desk' }
  other = generateApiKey({ scope: 'read', allow: ['127.0.0.1'] })
  writeFileSync(file, JSON.stringify([other, desk]), { mode: 0o640 })
})
afterEach(() => place.remove())

const rotate = async (...args: string[]): Promise<Run> => runHere(['keys', 'rotate', '--file', file, ...args])
const records = (): ApiKeyRecord[] => JSON.parse(readFileSync(file, 'utf8')) as ApiKeyRecord[]

test('the new secret is shown once and kept in the file; the old one gets its deadline', async () => {
  const before = Date.now()
  const { code, out, err } = await rotate('--key', 'desk', '--overlap', '2h')
  expect(code).toBe(0)
  const { id, secret } = JSON.parse(out) as { id: string; secret: string }
  expect(id).toBe(desk.id)
  expect(err).toMatch(/SIGHUP/)
  expect(err).not.toContain(secret)
  const [first, second] = records()
  expect(first).toEqual(other)
  expect(second).toEqual({ ...desk, secret, previous: { secret: desk.secret, notAfter: expect.any(String) } })
  expect(Date.parse(second!.previous!.notAfter) - before - 7_200_000).toBeLessThan(5_000)
  expect(() => keyRing(records())).not.toThrow()
  expect(statSync(file).mode & 0o777).toBe(0o640)
  expect(readdirSync(place.path)).toEqual(['keys.json'])
})

test('a second rotation waits for the first, unless the secret leaked', async () => {
  await rotate('--key', desk.id)
  const between = records()
  expect(await rotate('--key', desk.id)).toMatchObject({ code: 1, err: expect.stringContaining('under way until') })
  expect(records()).toEqual(between)
  const { secret } = JSON.parse((await rotate('--key', desk.id, '--leaked', '--json')).out) as { secret: string }
  expect(records()[1]).toEqual({ ...desk, secret })
  writeFileSync(
    file,
    JSON.stringify([{ ...desk, previous: { secret: other.secret, notAfter: '2026-01-01T00:00:00Z' } }]),
  )
  expect((await rotate('--key', desk.id)).code).toBe(0)
})

test('through a link the file behind it is replaced, and the link stays', async () => {
  const link = join(place.path, 'link.json')
  symlinkSync('keys.json', link)
  file = link
  expect((await rotate('--key', desk.id)).code).toBe(0)
  expect(statSync(link).mode & 0o777).toBe(0o640)
  expect(readdirSync(place.path, { withFileTypes: true }).filter((entry) => entry.isSymbolicLink())).toHaveLength(1)
})

test('two keys of one label are told apart by their ids, never guessed', async () => {
  const reader = { ...other, label: 'desk' }
  writeFileSync(file, JSON.stringify([reader, desk]))
  expect(await rotate('--key', 'desk', '--leaked')).toMatchObject({
    code: 1,
    err: expect.stringContaining('several keys'),
  })
  expect(records()).toEqual([reader, desk])
  expect((await rotate('--key', desk.id, '--leaked')).code).toBe(0)
  expect(records()).toEqual([reader, { ...desk, secret: expect.any(String) }])
})

test('a disk that fills up halfway leaves the file as it was', async () => {
  const many = Array.from({ length: 20 }, () => generateApiKey({ scope: 'read', allow: ['127.0.0.1'] }))
  writeFileSync(file, JSON.stringify([...many, desk]))
  const before = readFileSync(file, 'utf8')
  expect(before.length).toBeGreaterThan(2_048)
  // No file may grow over a block: what is over it is cut off, and only the next write fails.
  const { code, err } = await ringfence(['keys', 'rotate', '--file', file, '--key', 'desk'], {
    cwd: place.path,
    env: { NODE_COMPILE_CACHE: '' },
    shell: 'ulimit -f 1',
  })
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('cannot be written') })
  expect(readFileSync(file, 'utf8')).toBe(before)
  expect(readdirSync(place.path)).toEqual(['keys.json'])
})

test.each([
  ['no such key', ['--key', 'nobody'], 1, 'no key with that id or label'],
  ['a time without a unit', ['--key', 'desk', '--overlap', '24'], 2, '--overlap is a time'],
  ['a year', ['--key', 'desk', '--overlap', '365d'], 2, 'at most 90d'],
  ['leaked, but not at once', ['--key', 'desk', '--leaked', '--overlap', '1h'], 2, 'no overlap'],
])('%s changes nothing', async (_, args, code, sentence) => {
  const before = readFileSync(file, 'utf8')
  expect(await rotate(...args)).toMatchObject({ code, out: '', err: expect.stringContaining(sentence) })
  expect(readFileSync(file, 'utf8')).toBe(before)
})

test('a file that is no list of keys, or not there, is left alone', async () => {
  writeFileSync(file, '[')
  expect(await rotate('--key', 'desk')).toMatchObject({ code: 1, err: expect.stringContaining('not JSON') })
  writeFileSync(file, '[]')
  expect(await rotate('--key', 'desk')).toMatchObject({ code: 1, err: expect.stringContaining('at least one') })
  file = join(place.path, 'none.json')
  expect(await rotate('--key', 'desk')).toMatchObject({ code: 1, err: expect.stringContaining('cannot be read') })
})
