import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { COMMANDS } from '../src/commands.ts'
import { folder } from './support/folder.ts'
import { ringfence, runHere } from './support/ringfence.ts'

const place = folder()
afterAll(place.remove)

describe('ringfence', () => {
  test('as a process: results on standard output, the rest on standard error, the exit code', async () => {
    const [help, wrong, failed] = await Promise.all([
      ringfence(['help'], { cwd: place.path }),
      ringfence(['nonsense'], { cwd: place.path }),
      ringfence(['sign', 'GET', 'http://127.0.0.1:1/'], { cwd: place.path }),
    ])
    expect(help).toEqual({ ...(await runHere([])), err: '' })
    expect(wrong).toEqual({ code: 2, out: '', err: 'ringfence: there is no such command (see: ringfence help)\n' })
    expect([failed.code, failed.out]).toEqual([1, ''])
  })

  test('lists every command, and explains each', async () => {
    const overview = await runHere(['help'])
    expect(overview).toMatchObject({ code: 0, err: '' })
    const width = Math.max(...COMMANDS.map(({ name }) => name.length))
    for (const { name, summary } of COMMANDS) expect(overview.out).toContain(`${name.padEnd(width)}  ${summary}`)
    for (const words of [
      ['help', 'call'],
      ['call', '--help'],
      ['call', 'trading', '-h'],
    ]) {
      const help = await runHere(words)
      expect(help.code).toBe(0)
      expect(help.out).toMatch(/^Usage: ringfence call trading METHOD PATH \[OPTIONS\]\n/)
      expect(help.out).toContain('--session ID|new|none')
    }
    expect((await runHere(['help', 'keys', 'new'])).out).toContain('--scope read|trade')
  })

  test.each([
    [['nonsense'], 'there is no such command'],
    [['keys'], 'did you mean keys new or keys rotate?'],
    [['help', 'nonsense'], 'there is no such command'],
    [['keys', 'new'], 'keys new needs --scope'],
    [['keys', 'new', '--scope', 'admin'], '--scope is read or trade'],
    [['keys', 'new', '--scope', 'read', '--scope', 'trade'], 'takes --scope once'],
    [['keys', 'new', '--scope'], 'keys new'],
    [['keys', 'new', '--scope', 'read', '--nonsense'], "Unknown option '--nonsense'"],
    [['keys', 'new', 'extra', '--scope', 'read'], 'expects nothing before its options'],
    [['call', 'trading', 'GET'], 'call expects trading METHOD PATH'],
    [['call', 'shop', 'GET', '/'], 'the only service'],
    [['call', 'trading', 'get', '/'], 'in capitals'],
    [['call', 'trading', 'GET', '/', '--json', '{'], '--json is not JSON'],
    [['call', 'trading', 'GET', '/', '--output', 'xml'], '--output is text or json'],
    [['sign', 'GET', 'http://a.example/'], 'https:, or http: to a loopback address'],
    [['sign', 'GET', 'ftp://127.0.0.1/'], 'https:, or http: to a loopback address'],
  ])('%j is a usage error', async (words, sentence) => {
    const { code, out, err } = await runHere(words)
    expect(err).toContain(sentence)
    expect(err).toMatch(/^ringfence: .*\n$/)
    expect([code, out]).toEqual([2, ''])
  })

  test('a usage error does not repeat what might be a secret', async () => {
    const { err } = await runHere(['keys', 'new', '--scope', 'hunter2hunter2', 'hunter2hunter2'])
    expect(err).not.toContain('hunter2')
  })

  test.each([
    ['call', 'trading', 'GET', '/v1/account'],
    ['sign', 'GET', 'http://127.0.0.1:1/'],
    ['token', '--scope', 'x'],
  ])('%s without configuration says what is missing and exits 1', async (...words) => {
    const { code, err } = await runHere([...words.flat(), '--env-file', join(place.path, '.env')])
    expect(code).toBe(1)
    expect(err).toMatch(/the configuration has 1 problem:\n.*\(not in environment, \.env\): missing: .*pnpm start/)
  })
})
