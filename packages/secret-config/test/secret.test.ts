import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { Console } from 'node:console'
import { PassThrough } from 'node:stream'
import { format, inspect, isDeepStrictEqual } from 'node:util'
import { serialize } from 'node:v8'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { verifies, violates } from '@ringfence/policy'
import { Secret } from '../src/secret.ts'
import { leaks } from './support/leaks.ts'

describe('Secret', () => {
  verifies('TS-13/type', 'no sink shows the value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 8 }), (suffix) => {
        const value = `s3cret~${suffix}`
        expect(
          shown(new Secret(value)).flatMap(([sink, text]) => leaks(text, value).map((form) => [sink, form])),
        ).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  violates('TS-13/type', 'a wrapper with a private property of TypeScript is caught', () => {
    const value = randomBytes(24).toString('base64')
    const sinks = shown({ value, use: () => value }).filter(([, text]) => leaks(text, value).length > 0)
    expect(sinks.length).toBeGreaterThan(5)
  })

  verifies(
    'TS-13/type',
    'an uncaught throw, a diagnostic report and a heap snapshot do not show it',
    () => {
      const value = `hunted-${randomBytes(24).toString('hex')}`
      expect(leaks(dying(value, 'new Secret(text())'), value)).toEqual([])
    },
    30_000,
  )

  violates(
    'TS-13/type',
    'a string in the heap is caught',
    () => {
      const value = `hunted-${randomBytes(24).toString('hex')}`
      expect(leaks(dying(value, '{ value: text() }'), value)).toContain('plain')
    },
    30_000,
  )

  test('use hands out the value, and bytes as a copy', () => {
    expect(new Secret('käse🧀').use((text) => text)).toBe('käse🧀')
    const bytes = Uint8Array.of(1, 2, 3)
    const secret = new Secret(bytes)
    bytes.fill(0)
    secret.use((copy) => copy.fill(9))
    expect(secret.use((copy) => [...copy])).toEqual([1, 2, 3])
  })

  test('deep equality tells secrets apart, which private fields alone do not', () => {
    expect(isDeepStrictEqual(new Secret('one secret value'), new Secret('one secret value'))).toBe(true)
    expect(isDeepStrictEqual(new Secret('one secret value'), new Secret('two secret value'))).toBe(false)
    expect(isDeepStrictEqual(new Secret('abc'), new Secret(Buffer.from('abc')))).toBe(false)
  })

  test('equals compares values, kinds and lengths', () => {
    const secret = new Secret('one secret value')
    expect(secret.equals(new Secret('one secret value'))).toBe(true)
    expect(secret.equals(new Secret('one secret valuf'))).toBe(false)
    expect(secret.equals(new Secret('one secret value '))).toBe(false)
    expect(secret.equals(new Secret(Buffer.from('one secret value')))).toBe(false)
    expect(secret.equals({ fingerprint: secret.fingerprint } as Secret)).toBe(false)
  })

  test('the fingerprint is keyed per process: it tells nothing about the value', () => {
    const mine = new Secret('guessable').fingerprint
    const script = `import { Secret } from ${JSON.stringify(source)}; console.log(new Secret('guessable').fingerprint)`
    expect(mine).toMatch(/^[0-9a-f]{16}$/)
    expect(runNode(script).trim()).not.toBe(mine)
  })

  test('text that UTF-8 cannot carry is refused without being repeated', () => {
    expect(() => new Secret('abc\ud800')).toThrow(/lone surrogate/)
    expect(() => new Secret(42 as never)).toThrow(/string or a Uint8Array/)
  })

  test('it cannot be changed', () => {
    const secret = new Secret('one secret value')
    expect(() => Object.assign(secret, { fingerprint: 'x' })).toThrow(TypeError)
    expect(() => Object.defineProperty(secret, 'toJSON', { value: () => 1 })).toThrow(TypeError)
  })
})

/** What each sink makes of a value. */
function shown(value: object): [sink: string, text: string][] {
  const stream = new PassThrough()
  const console = new Console(stream)
  console.log(value, [value], new Map([[value, value]]))
  console.table([value])
  console.dir(value, { showHidden: true, depth: 9 })
  console.error('%s %o %O %j %d', value, value, value, value, value)
  const text = value as unknown as string | number
  const error = Object.assign(new Error(`failed: ${text}`, { cause: value }), { value })
  return [
    ['inspect', inspect(value)],
    ['inspect hidden', inspect({ value }, { showHidden: true, depth: 9, getters: true })],
    ['inspect raw', inspect({ value }, { customInspect: false, showHidden: true })],
    ['inspect proxy', inspect(new Proxy(value, {}), { showProxy: true })],
    ['format', format('%s %o %O %j', value, value, value, value)],
    ['console', String(stream.read())],
    ['template', `${text}`],
    ['concat', '' + text],
    ['number', String(Number(value))],
    ['json', JSON.stringify({ value, list: [value] })],
    ['spread', inspect({ ...value })],
    ['assign', JSON.stringify(Object.assign({}, value))],
    ['keys', Reflect.ownKeys(value).map(String).join()],
    ['values', inspect(Object.entries(Object.getOwnPropertyDescriptors(value)))],
    ['clone', inspect(tryOr(() => structuredClone(value)))],
    ['serialize', tryOr(() => serialize(value).toString('latin1'))],
    ['error', `${inspect(error, { showHidden: true })} ${error.stack ?? ''}`],
    ['url', `${encodeURIComponent(value as never)} ${new URLSearchParams({ a: value as never }).toString()}`],
    ['headers', tryOr(() => new Headers({ a: value as never }).get('a') ?? '')],
    ['buffer', tryOr(() => Buffer.from(value as never).toString('latin1'))],
  ]
}

function tryOr<T>(run: () => T): T | string {
  try {
    return run()
  } catch (error) {
    return inspect(error)
  }
}

/** Everything that a dying process leaves behind which holds a value that came in through standard input. */
function dying(value: string, wrap: string): string {
  const script = `
    import { readFileSync } from 'node:fs'
    import { getHeapSnapshot } from 'node:v8'
    import { text as collect } from 'node:stream/consumers'
    import { Secret } from ${JSON.stringify(source)}
    const text = () => readFileSync(0).toString('latin1')
    globalThis.held = ${wrap}
    await new Promise((resolve) => setTimeout(resolve, 50))
    process.stdout.write(await collect(getHeapSnapshot()))
    process.stdout.write(JSON.stringify(process.report.getReport()))
    process.stdout.write(String(new Error('boom', { cause: globalThis.held }).stack))
    setTimeout(() => { throw globalThis.held }, 0)
    process.setUncaughtExceptionCaptureCallback((error) => process.stdout.write(String(error)))
  `
  return runNode(script, value)
}

function runNode(script: string, input = ''): string {
  const args = ['--conditions=@ringfence/source', '--input-type=module', '--eval', script]
  return execFileSync(process.execPath, args, { input, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 })
}

const source = new URL('../src/secret.ts', import.meta.url).href
