import { randomBytes } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { verifies, violates } from '@ringfence/policy'
import {
  absoluteUrl,
  commaList,
  duration,
  envFile,
  environment,
  flag,
  jsonValue,
  loadConfig,
  loopbackAddress,
  mountedDirectory,
  port,
  Secret,
  secret,
  secretUrl,
} from '../src/index.ts'
import { folder } from './support/folder.ts'
import { leaks } from './support/leaks.ts'
import { problemsOf } from './support/problems.ts'

const random = (): string => randomBytes(32).toString('hex')

const schema = z.object({
  PORT: port().default(7101),
  DB_KEY: secret({ hexBytes: 32 }),
  KEYS: jsonValue(z.array(z.strictObject({ id: z.string(), secret: secret() })).min(1)),
  HOSTS: commaList(loopbackAddress()).default([]),
  IDLE: duration().optional(),
  URL: absoluteUrl({ schemes: ['https:'] }).optional(),
  REDIS: secretUrl({ schemes: ['rediss:'] }).optional(),
  DEBUG: flag().optional(),
  LEVEL: z.enum(['info', 'debug']).describe('info or debug').optional(),
})

const good = (): Record<string, string> => ({
  DB_KEY: random(),
  KEYS: JSON.stringify([{ id: 'a', secret: random() }]),
})

const load = (variables: Record<string, string>, options: object = {}) =>
  loadConfig(schema, { sources: [environment({ variables })], production: true, ...options })

describe('loadConfig', () => {
  test('gives typed values, secrets wrapped, defaults filled in, all of it frozen', () => {
    const variables: Record<string, string> = { ...good(), HOSTS: '127.0.0.1, ::1', IDLE: '15m', DEBUG: 'true' }
    const config = load(variables)
    expect(config).toMatchObject({ PORT: 7101, HOSTS: ['127.0.0.1', '::1'], IDLE: 900_000, DEBUG: true })
    expect(config.DB_KEY.use((hex) => hex)).toBe(variables['DB_KEY'])
    expect(config.KEYS[0]!.secret).toBeInstanceOf(Secret)
    expect(() => Object.assign(config, { PORT: 1 })).toThrow(TypeError)
    expect(() => config.HOSTS.push('10.0.0.1')).toThrow(TypeError)
    expect(() => Object.assign(config.KEYS[0]!, { id: 'b' })).toThrow(TypeError)
  })

  test('reports every problem at once by name, source and rule', () => {
    const variables = {
      DB_KEY: 'abc',
      KEYS: '[{"id":1,"extra":2}]',
      PORT: '70000',
      HOSTS: '127.0.0.1,10.0.0.1',
      IDLE: '15',
    }
    expect(problemsOf(() => load(variables))).toBe(
      [
        'the configuration has 7 problems:',
        '  PORT (environment): invalid: a port number from 1 to 65535',
        '  DB_KEY (environment): invalid: 64 lowercase hexadecimal digits (32 random bytes)',
        '  KEYS[0].id (environment): invalid_type: the value has the wrong type',
        '  KEYS[0].secret (environment): invalid_type: a secret of at least 16 characters',
        '  KEYS[0] (environment): unrecognized_keys: it has a field that is not known',
        '  HOSTS[1] (environment): invalid: a loopback address, 127.x.x.x or ::1',
        '  IDLE (environment): invalid_format: a duration from 1ms to 30d, such as 250ms, 30s, 15m or 4h',
      ].join('\n'),
    )
  })

  test('a missing variable names the sources that were searched', () => {
    const sources = [environment({ variables: {} }), envFile(join(folder(), '.env'))]
    expect(problemsOf(() => loadConfig(schema, { sources, production: true }))).toContain(
      'DB_KEY (not in environment, .env): missing: 64 lowercase hexadecimal digits',
    )
  })

  verifies(['TR-14/errors', 'TS-13/logs'], 'no value reaches an error, whatever is wrong with it', () => {
    const name = fc.constantFrom(...Object.keys(schema.shape))
    const shape = fc.constantFrom(
      (canary: string) => canary,
      (canary: string) => `[{"id":"${canary}","secret":"${canary}","${canary}":1}]`,
      (canary: string) => `{"${canary}":`,
      (canary: string) => `https://${canary}:${canary}@example.org/#${canary}`,
      (canary: string) => `127.0.0.1,${canary}`,
    )
    fc.assert(
      fc.property(name, shape, fc.string({ minLength: 8, maxLength: 40 }), (variable, make, tail) => {
        const canary = `cAnary${tail.replaceAll('\0', '')}`
        const error = thrown(() => load({ ...good(), [variable]: make(canary), [`${canary}_X`]: canary }))
        expect(leaks(`${error.message}${error.stack ?? ''}${JSON.stringify(error)}`, canary)).toEqual([])
        expect(error.cause).toBeUndefined()
      }),
      { numRuns: 400 },
    )
  })

  violates(['TR-14/errors', 'TS-13/logs'], 'the message of a schema that quotes its input is caught', () => {
    const canary = `cAnary${random()}`
    const quoting = z.object({ A: z.string().refine(() => false, { error: ({ input }) => `bad ${String(input)}` }) })
    expect(leaks(quoting.safeParse({ A: canary }).error!.message, canary)).toContain('plain')
    const error = thrown(() => loadConfig(quoting, { sources: [environment({ variables: { A: canary } })] }))
    expect(leaks(error.message, canary)).toEqual([])
  })

  test('foreign schema code that throws, or puts the value anywhere in an issue, gives nothing away', () => {
    const canary = `cAnary${random()}`
    const hostile = z.object({
      THROWS: z.string().transform((text): string => {
        throw new Error(text)
      }),
      ISSUE: z.string().superRefine((text, context) => {
        context.addIssue({ code: 'custom', message: text, path: [text, Symbol(text)], params: { text }, input: text })
      }),
      RECORD: jsonValue(z.record(z.string(), z.number())),
    })
    const variables = { THROWS: canary, ISSUE: canary, RECORD: JSON.stringify({ [canary]: 'x' }) }
    const message = problemsOf(() => loadConfig(hostile, { sources: [environment({ variables })] }))
    expect(message).toContain('THROWS (environment): schema_failed')
    expect(message).toContain('ISSUE.? (environment): invalid')
    expect(message).toContain('RECORD.? (environment): invalid_type')
    expect(leaks(message, canary)).toEqual([])
  })

  test('an empty value is not a value, except where it is said to be', () => {
    expect(problemsOf(() => load({ ...good(), HOSTS: '' }))).toContain('HOSTS (environment): empty')
    expect(load({ ...good(), HOSTS: '' }, { mayBeEmpty: ['HOSTS'] }).HOSTS).toEqual([])
  })

  test('a misspelt variable is a problem and not a default', () => {
    const message = problemsOf(() => load({ ...good(), APP_PROT: '1', APP_OTHER: '2' }, { prefixes: ['APP_', 'POR'] }))
    expect(message).toContain('APP_OTHER (environment): unknown_name: no such variable')
    expect(problemsOf(() => load({ ...good(), PORTT: '1' }, { prefixes: ['POR'] }))).toContain('did you mean PORT?')
  })

  verifies('TR-12/placeholders', 'production refuses placeholder secrets, wherever they are', () => {
    const variables = { DB_KEY: '00'.repeat(32), KEYS: JSON.stringify([{ id: 'a', secret: 'changeme-changeme' }]) }
    const message = problemsOf(() => load(variables))
    expect(message).toContain('DB_KEY (environment): placeholder')
    expect(message).toContain('KEYS (environment): placeholder')
  })

  violates('TR-12/placeholders', 'outside production the same secrets pass', () => {
    const variables = { DB_KEY: '00'.repeat(32), KEYS: JSON.stringify([{ id: 'a', secret: 'changeme-changeme' }]) }
    expect(() => load(variables, { production: false })).not.toThrow()
  })

  verifies(
    ['TR-07/environment', 'TR-11/environment', 'TS-11/development'],
    'production takes variables, and no .env file',
    () => {
      const file = join(folder(), '.env')
      writeFileSync(file, `DB_KEY=${random()}\n`, { mode: 0o600 })
      const sources = [environment({ variables: good() }), envFile(file)]
      expect(problemsOf(() => loadConfig(schema, { sources, production: true }))).toContain(
        '.env): env_file_in_production',
      )
      expect(load(good()).KEYS).toHaveLength(1)
    },
  )

  violates(['TR-07/environment', 'TR-11/environment', 'TS-11/development'], 'development takes the .env file', () => {
    const file = join(folder(), '.env')
    const key = random()
    writeFileSync(file, `DB_KEY=${key}\nKEYS='[{"id":"a","secret":"${random()}"}]'\n`, { mode: 0o600 })
    const config = loadConfig(schema, { sources: [envFile(file)], production: false })
    expect(config.DB_KEY.use((hex) => hex)).toBe(key)
  })

  test('the first source that has a variable wins', () => {
    const file = join(folder(), '.env')
    writeFileSync(file, 'PORT=1111\nIDLE=1s\n', { mode: 0o600 })
    const sources = [environment({ variables: { ...good(), PORT: '2222' } }), envFile(file)]
    expect(loadConfig(schema, { sources, production: false })).toMatchObject({ PORT: 2222, IDLE: 1_000 })
  })

  describe('NAME_FILE', () => {
    const withFile = (content: string | Buffer, mode = 0o400): Record<string, string> => {
      const path = join(folder(), 'value')
      writeFileSync(path, content)
      chmodSync(path, mode)
      const { DB_KEY: _, ...rest } = good()
      return { ...rest, DB_KEY_FILE: path }
    }

    verifies('TR-11/files', 'holds the value of NAME, less one trailing newline', () => {
      const key = random()
      expect(load(withFile(`${key}\n`)).DB_KEY.use((hex) => hex)).toBe(key)
      expect(load(withFile(key)).DB_KEY.use((hex) => hex)).toBe(key)
    })

    violates('TR-11/files', 'a second newline belongs to the value, which is then wrong', () => {
      expect(problemsOf(() => load(withFile(`${random()}\n\n`)))).toContain(
        'DB_KEY (the file named by DB_KEY_FILE): invalid',
      )
      expect(problemsOf(() => load(withFile(` ${random()}`)))).toContain(
        'DB_KEY (the file named by DB_KEY_FILE): invalid',
      )
    })

    test('both set is an error, also across sources', () => {
      const file = join(folder(), '.env')
      writeFileSync(file, `DB_KEY=${random()}\n`, { mode: 0o600 })
      const sources = [environment({ variables: withFile(random()) }), envFile(file)]
      expect(problemsOf(() => loadConfig(schema, { sources, production: false }))).toContain(
        'DB_KEY (environment): set_twice',
      )
    })

    test.each<[string, string | Buffer, number, string]>([
      ['a NUL', 'abc\0def', 0o400, 'text_nul'],
      ['a byte order mark', '\uFEFFabc', 0o400, 'text_bom'],
      ['a carriage return', 'abc\r\n', 0o400, 'text_crlf'],
      ['bytes that are not UTF-8', Buffer.from([0xc3, 0x28]), 0o400, 'text_not_utf8'],
      ['too much', 'x'.repeat(65_537), 0o400, 'file_too_large'],
      ['what others may write', random(), 0o602, 'file_writable'],
      ['nothing', '', 0o400, 'empty'],
      ['a newline only', '\n', 0o400, 'empty'],
    ])('a file with %s is refused', (_, content, mode, rule) => {
      const message = problemsOf(() => load(withFile(content, mode)))
      expect(message).toContain(`DB_KEY (the file named by DB_KEY_FILE): ${rule}`)
      expect(message).toContain('1 problem')
    })

    test('what is no regular file is refused at once, and the path is not repeated', () => {
      const { DB_KEY: _, ...rest } = good()
      for (const [path, rule] of [
        ['/nowhere/at/all', 'file_unreadable'],
        [folder(), 'file_not_regular'],
        ['/dev/zero', 'file_not_regular'],
      ] as const) {
        const message = problemsOf(() => load({ ...rest, DB_KEY_FILE: path }))
        expect(message).toContain(rule)
        expect(message).not.toContain(path)
      }
    })
  })

  test('scrubbing removes the secrets once they are loaded, and only those', () => {
    const variables: Record<string, string> = { ...good(), PORT: '1234' }
    expect(() => load({}, { sources: [environment({ variables: {}, scrub: true })] })).toThrow(/missing/)
    loadConfig(schema, { sources: [environment({ variables, scrub: true })], production: true })
    expect(variables).toEqual({ PORT: '1234' })
  })

  verifies('TS-11/mounted', 'production reads mounted files', () => {
    const path = folder()
    for (const [name, value] of Object.entries(good())) writeFileSync(join(path, name), `${value}\n`, { mode: 0o440 })
    expect(loadConfig(schema, { sources: [mountedDirectory(path)], production: true }).KEYS).toHaveLength(1)
  })

  violates('TS-11/mounted', 'a mounted file that anybody can write is not read', () => {
    const path = folder()
    for (const [name, value] of Object.entries(good())) writeFileSync(join(path, name), value)
    chmodSync(join(path, 'DB_KEY'), 0o666)
    const sources = [mountedDirectory(path)]
    expect(problemsOf(() => loadConfig(schema, { sources, production: true }))).toContain('DB_KEY): file_writable')
  })
})

function thrown(run: () => unknown): Error {
  try {
    run()
  } catch (error) {
    return error as Error
  }
  // Some canaries are acceptable values; then there is nothing to leak.
  return new Error('accepted')
}
