import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { verifies, violates } from '@ringfence/policy'
import { Secret } from '@ringfence/secret-config'
import { createLogger, createRedactor, fingerprint } from '../src/index.ts'
import { leaks } from './support/leaks.ts'
import { recorded } from './support/lines.ts'

const secret = `S3cr3t/${randomBytes(18).toString('base64')}"é`
const key = randomBytes(32)
const fingerprintKey = { key, keyId: 'k1' }

/** Every way into a log line that plain pino lets a value take, and a few more. */
const WAYS: Readonly<Record<string, (log: pino.Logger, value: string) => void>> = {
  'a field': (log, value) => log.info({ a: value }),
  'a deep field': (log, value) => log.info({ a: { b: { c: { d: { e: [value] } } } } }),
  'a field by its name': (log, value) => log.info({ a: { b: { c: { d: { Password: value } } } } }),
  'the message': (log, value) => log.info(`failed with ${value}`),
  'an argument': (log, value) => log.info('failed with %s', value),
  'an object argument': (log, value) => log.info('failed with %o and %j', { a: value }, { token: value }),
  'an object as message': (log, value) => log.info({}, { password: value } as never),
  'child bindings': (log, value) => log.child({ nested: { value } }).child({ token: value }).info('x'),
  'bindings set later': (log, value) => {
    const child = log.child({})
    child.setBindings({ a: value })
    child.info('x')
  },
  'a message prefix': (log, value) => log.child({}, { msgPrefix: value }).info('x'),
  'a serializer of a child': (log, value) =>
    log.child({}, { serializers: { req: () => ({ deep: { password: value } }) } }).info({ req: 1 }),
  'an error': (log, value) => log.error(new Error(`bad ${value}`)),
  'an error under another name': (log, value) => log.error({ error: new Error(value), failure: new Error(value) }),
  'the cause of an error': (log, value) => log.error(new Error('x', { cause: new Error('y', { cause: value }) })),
  'the members of an error': (log, value) => log.error(new AggregateError([new Error(value), { token: value }], 'x')),
  'a property of an error': (log, value) =>
    log.error(Object.assign(new Error('x'), { config: { headers: { authorization: value } } })),
  'JSON in a text': (log, value) => log.info({ body: JSON.stringify({ password: value }) }),
  'the result of toJSON': (log, value) => log.info({ a: { toJSON: () => ({ password: value, b: value }) } }),
  'a name': (log, value) => log.info({ [value]: 1, a: { [value]: 1 } }),
  'a map and a set': (log, value) => log.info({ m: new Map([[value, value]]), s: new Set([value]) }),
  bytes: (log, value) => log.info({ b: Buffer.from(value), u: new Uint8Array(Buffer.from(value)) }),
  'a URL': (log, value) =>
    log.info({ u: new URL(`https://user:${encodeURIComponent(value)}@a.example/?q=${encodeURIComponent(value)}`) }),
  'base64 after a user': (log, value) => log.info({ a: Buffer.from(`user:${value}`).toString('base64') }),
  hexadecimal: (log, value) => log.info(Buffer.from(value).toString('hex').toUpperCase()),
  'a getter that throws': (log, value) => log.info({ get a(): string { throw new Error(value) }, b: value }), // biome-ignore format: short
  'a toString that throws': (log, value) => log.info('%s', { toString() { throw new Error(value) } }), // biome-ignore format: short
}

describe('createLogger', () => {
  verifies(['TR-14/logs', 'TR-22/keys', 'TS-13/logs'], 'a registered secret reaches no line by any way', () => {
    const leaked = Object.entries(WAYS).flatMap(([way, log]) => {
      const { log: logger, lines } = recorded({ secrets: [new Secret(secret)] })
      log(logger, secret)
      expect(lines.length, way).toBeGreaterThan(0)
      return leaks(lines.join(''), secret).map((form) => `${way}: ${form}`)
    })
    expect(leaked).toEqual([])
  })

  violates(['TR-14/logs', 'TR-22/keys', 'TS-13/logs'], 'plain pino with redaction by path leaks by most ways', () => {
    const leaking = Object.entries(WAYS).filter(([, log]) => {
      const lines: string[] = []
      const redact = ['password', '*.password', '*.*.password', 'token', '*.token']
      try {
        log(pino({ redact }, { write: (line: string) => lines.push(line) }), secret)
      } catch {
        return true
      }
      return leaks(lines.join(''), secret).length > 0
    })
    expect(leaking.length).toBeGreaterThan(15)
  })

  test('names alone protect what nobody registered', () => {
    const { log, lines } = recorded()
    const value = 'hunter2'
    log.info({ password: value, a: { b: { 'X-Api-Key': value, headers: { cookie: value } } } }, '%j', { token: value })
    log.child({ authorization: value }).info('x')
    log.child({}, { serializers: { req: () => ({ headers: { authorization: value } }) } }).info({ req: 1 })
    log.info({ user: { toJSON: () => ({ password: value }) } })
    expect(lines.join('')).not.toContain(value)
    expect(lines).toHaveLength(4)
  })

  test('a log call never throws, and a bad field does not take its neighbours along', () => {
    const { log, last, lines } = recorded()
    const boom = (): never => {
      throw new Error('boom')
    }
    const hostile: unknown[] = [
      Object.defineProperty({ fine: 1 }, 'bad', { enumerable: true, get: boom }),
      new Proxy({}, { ownKeys: boom, get: boom, has: boom }),
      Object.defineProperty(new Error('x'), 'message', { get: boom }),
      Object.defineProperty(new Error('x'), 'stack', { get: boom }),
      { err: Object.defineProperty({}, 'message', { get: boom }) },
      { a: Symbol('s'), b: () => 1, c: undefined, d: 1n, e: NaN },
      Symbol('s'),
      undefined,
      null,
      () => 1,
      Object.create(null),
      new Proxy([], {}),
    ]
    for (const value of hostile) {
      log.info(value as object, 'message')
      log.info('%s %o %d' as string, ...([value, value, value] as never[]))
    }
    expect(lines).toHaveLength(hostile.length * 2)
    log.info(hostile[0] as object, 'message')
    expect(last()).toMatchObject({ fine: 1, bad: '[unredactable:getter]', msg: 'message' })
  })

  verifies(
    ['TR-21/addresses', 'TS-19/logs'],
    'a request is logged without its credentials and with a fingerprint for its client',
    async () => {
      const { log, lines, last } = recorded({ fingerprintKey })
      const server = createServer((request, response) => {
        const client = Object.create(request.socket, {
          remoteAddress: { value: '203.0.113.9' },
        }) as typeof request.socket
        const from = Object.create(request, { socket: { value: client } }) as IncomingMessage
        log.info(from)
        log.info({ req: pino.stdSerializers.req(from), peer: { address: '203.0.113.9' } })
        response.end()
      }).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      await new Promise((resolve) =>
        get({ port, headers: { authorization: 'Bearer hunter2', cookie: 'hunter2' } }, resolve),
      )
      server.close()
      expect(last()['req'].remoteAddress).toBe(fingerprint('203.0.113.9', { ...fingerprintKey, kind: 'address' }))
      expect(last()['req'].headers).toMatchObject({ authorization: '[redacted]', cookie: '[redacted]' })
      expect(lines.join('')).not.toMatch(/hunter2|203\.0\.113/)
    },
  )

  violates(['TR-21/addresses', 'TS-19/logs'], 'plain pino prints the address', () => {
    const lines: string[] = []
    pino({}, { write: (line: string) => lines.push(line) }).info({ req: { remoteAddress: '203.0.113.9' } })
    expect(lines.join('')).toMatch(/203\.0\.113/)
  })

  const token = `${Buffer.from('{"alg":"ES256"}').toString('base64url')}.${Buffer.from('{"sub":"alice"}').toString('base64url')}.${randomBytes(64).toString('base64url')}`

  verifies('TS-20', 'a token reaches the log as a keyed fingerprint only', () => {
    const { log, lines, last } = recorded()
    const name = fingerprint(token, { ...fingerprintKey, kind: 'token' })
    log.warn(
      { token, raw: `Bearer ${token}`, headers: { authorization: `Bearer ${token}` }, tokenFingerprint: name },
      `refused ${token}`,
    )
    log.error(new Error(`invalid token ${token}`))
    for (const part of token.split('.')) expect(lines.join('')).not.toContain(part)
    expect(JSON.parse(lines[0]!)).toMatchObject({ tokenFingerprint: name, msg: 'refused [redacted]' })
    expect(last()['err'].message).toBe('invalid token [redacted]')
  })

  violates('TS-20', 'plain pino prints the token', () => {
    const lines: string[] = []
    pino({}, { write: (line: string) => lines.push(line) }).warn({ raw: `Bearer ${token}` })
    expect(lines.join('')).toContain(token)
  })

  test("pino's own redaction cannot replace this one", () => {
    const { log } = recorded()
    expect(() => log.child({}, { redact: ['a'] })).toThrow(/redact option/)
    expect(() => log.child({}).child({}, { redact: { paths: ['a'] } })).toThrow(/redact option/)
  })

  test('level, name, time and bindings work as in pino', () => {
    const { log, last, lines } = recorded({ level: 'warn', clock: { now: () => 1_234 } })
    log.info('no')
    log.child({ requestId: 'r-1' }).warn({ a: 1 }, 'x %d', 5)
    expect(lines).toHaveLength(1)
    expect(last()).toMatchObject({ level: 40, time: 1_234, name: 'test', requestId: 'r-1', a: 1, msg: 'x 5' })
    expect(log.child({ requestId: 'r-1', token: 'x' }).bindings()).toMatchObject({
      requestId: 'r-1',
      token: '[redacted]',
    })
  })

  test('a shared redactor learns secrets that come later', () => {
    const redactor = createRedactor()
    const { log, lines } = recorded({ redactor })
    redactor.register([secret])
    log.info({ a: secret })
    expect(leaks(lines.join(''), secret)).toEqual([])
    expect(() => createLogger({ name: 'x', redactor, secrets: [] })).toThrow(/to the redactor/)
  })

  test('what is logged is not changed', () => {
    const { log } = recorded()
    const value = Object.freeze({ password: 'x', nested: Object.freeze({ token: 'y' }), list: Object.freeze([1]) })
    log.info(value)
    expect(value).toEqual({ password: 'x', nested: { token: 'y' }, list: [1] })
  })

  test('a process that logs to its standard output leaks nothing, even when it dies', () => {
    const script = `
      import { createLogger } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
      import { readFileSync } from 'node:fs'
      const secret = readFileSync(0, 'utf8')
      const log = createLogger({ name: 'child', secrets: [secret] })
      process.on('uncaughtException', (error) => { log.fatal(error); process.exit(7) })
      log.info({ a: secret }, secret)
      throw new Error('dying of ' + secret)
    `
    const args = ['--conditions=@ringfence/source', '--input-type=module', '--eval', script]
    let output = ''
    try {
      execFileSync(process.execPath, args, { input: secret, encoding: 'utf8' })
    } catch (error) {
      const { stdout, stderr, status } = error as { stdout: string; stderr: string; status: number }
      expect(status).toBe(7)
      output = stdout + stderr
    }
    expect(output.split('\n').filter(Boolean)).toHaveLength(2)
    expect(leaks(output, secret)).toEqual([])
  })
})
