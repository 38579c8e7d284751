import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { folder } from '../support/folder.ts'
import { ringfence, type Run, runHere } from '../support/ringfence.ts'
import { startStack, type Stack } from '../support/stack.ts'

let stack: Stack
const elsewhere = folder()
let symbol: string
beforeAll(async () => {
  stack = await startStack()
  const { out } = await run(['call', 'trading', 'GET', '/v1/instruments', '--output', 'json'])
  symbol = (JSON.parse(out) as { body: { items: { symbol: string }[] } }).body.items[0]!.symbol
}, 30_000)
afterAll(async () => {
  await stack.stop()
  elsewhere.remove()
})

const run = async (words: string[], input?: string): Promise<Run> =>
  runHere([...words, '--env-file', join(stack.cwd, '.env')], input)

const order = (clientOrderId: string): string =>
  JSON.stringify({
    clientOrderId,
    symbol,
    side: 'buy',
    type: 'limit',
    // The venue refuses two open orders that are alike.
    quantity: `0.0${clientOrderId.at(-1)!}0`,
    limitPrice: '60000.50',
  })

/** The running trading API answers these. */
describe('call', () => {
  test('a read is signed with the read key and shown with its headers', async () => {
    const { code, out, err } = await run(['call', 'trading', 'GET', '/v1/instruments'])
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^200 OK\n/)
    expect(out).toMatch(/^x-api-version: 1$/m)
    expect(out).toMatch(/^x-request-id: /m)
    expect(out).toMatch(/^ratelimit: /m)
    expect(out).toContain('"items": [')
    expect(out).not.toMatch(/^(?:date|connection|content-length):/m)
  })

  test('an order is placed in a session of its own, which is over afterwards', async () => {
    const placed = await run(['call', 'trading', 'POST', '/v1/orders', '--json', order('cli-1'), '--output', 'json'])
    expect(placed.code).toBe(0)
    expect(JSON.parse(placed.out)).toMatchObject({ status: 201, body: { clientOrderId: 'cli-1' } })
    expect(placed.out).not.toContain('sessionId')
    const ended = JSON.parse((await run(['call', 'trading', 'DELETE', '/v1/sessions', '--output', 'json'])).out) as {
      body: unknown
    }
    expect(ended.body).toEqual({ revoked: 0 })
  })

  test('the body can come through standard input, byte for byte', async () => {
    const words = ['call', 'trading', 'POST', '/v1/orders', '--json', '-', '--output', 'json']
    const { code, out } = await ringfence(words, { cwd: stack.cwd, input: `\n ${order('cli-2')}\n` })
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ status: 201 })
  })

  test('a session that was asked for is shown once and can be used again', async () => {
    const first = await run([
      'call',
      'trading',
      'POST',
      '/v1/orders',
      '--json',
      order('cli-3'),
      '--session',
      'new',
      '--output',
      'json',
    ])
    const { sessionId } = JSON.parse(first.out) as { sessionId: string }
    const again = await run(['call', 'trading', 'POST', '/v1/orders', '--json', order('cli-4'), '--session', sessionId])
    expect(again.out).toMatch(/^201 Created\n/)
    const current = await run(['call', 'trading', 'GET', '/v1/sessions/current', '--session', sessionId])
    expect(current.code).toBe(0)
  })

  test('what the API refuses is shown, and the exit code says so', async () => {
    const { code, out } = await run([
      'call',
      'trading',
      'POST',
      '/v1/orders',
      '--json',
      order('cli-5'),
      '--session',
      'none',
    ])
    expect(code).toBe(1)
    expect(out).toMatch(/^4\d\d /)
    expect(out).toContain('"code": "session_invalid"')
    const wrong = await run(['call', 'trading', 'GET', '/v1/account', '--key', 'trade', '--output', 'json'])
    expect(wrong.code).toBe(1)
    expect(JSON.parse(wrong.out)).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } })
  })

  test('a key is chosen by id or label; an unknown one is a clear error without any secret', async () => {
    const keys = JSON.parse(stack.env['TRADING_API_KEYS']!) as { id: string; label: string; secret: string }[]
    const read = keys.find(({ label }) => label === 'read')!
    expect((await run(['call', 'trading', 'GET', '/v1/account', '--key', read.id])).code).toBe(0)
    const { code, err } = await run(['call', 'trading', 'GET', '/v1/account', '--key', 'nobody'])
    expect(code).toBe(1)
    expect(err).toContain(`${read.id} (read)`)
    for (const { secret } of keys) expect(err).not.toContain(secret)
  })

  test('the environment wins over .env, and a server that is not there is one sentence', async () => {
    const { code, err } = await ringfence(['call', 'trading', 'GET', '/v1/account'], {
      cwd: stack.cwd,
      env: { TRADING_PORT: '1' },
    })
    expect([code, err]).toEqual([1, 'ringfence: http://127.0.0.1:1 does not answer: is it running? (pnpm start)\n'])
  })

  test('--env-file names another file', async () => {
    const words = ['call', 'trading', 'GET', '/v1/account', '--env-file', `${stack.cwd}/.env`]
    expect((await ringfence(words, { cwd: elsewhere.path })).code).toBe(0)
  })
})

describe('sign', () => {
  test('its lines let another client send the request, once', async () => {
    const url = `http://127.0.0.1:${stack.env['TRADING_PORT']!}/v1/account`
    const { code, out } = await run(['sign', 'GET', url])
    expect(code).toBe(0)
    const headers = Object.fromEntries(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/: (.*)/s).slice(0, 2)),
    )
    expect((await fetch(url, { headers })).status).toBe(200)
    expect((await fetch(url, { headers })).status).toBe(401)
  })

  test('prints JSON for scripts, with a digest over the body', async () => {
    const { out } = await run([
      'sign',
      'POST',
      'https://trading.example/v1/orders',
      '--json',
      '{}',
      '--session',
      'abc',
      '--output',
      'json',
    ])
    expect(JSON.parse(out)).toMatchObject({
      'content-type': 'application/json',
      'content-digest': 'sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:',
      'x-session-id': 'abc',
    })
    expect(out).not.toContain('rfs_')
  })
})

describe('token', () => {
  test('prints a token with the scope, for the resource', async () => {
    const { code, out, err } = await run(['token', '--scope', 'tools:info'])
    expect([code, err]).toEqual([0, ''])
    const claims = JSON.parse(Buffer.from(out.split('.')[1]!, 'base64url').toString()) as object
    expect(claims).toMatchObject({ scope: 'tools:info', aud: stack.env['TOOLS_RESOURCE'] })
    const other = await run(['token', '--scope', 'tools:info', '--resource', 'https://other.example/api', '--json'])
    expect(JSON.parse(other.out)).toMatchObject({ token_type: 'Bearer', scope: 'tools:info' })
  })

  test('a refusal is shown without the client secret', async () => {
    const { code, out, err } = await run(['token', '--scope', 'nonsense'])
    expect([code, out]).toEqual([1, ''])
    expect(err).toBe('ringfence: the server knows no scope nonsense\n')
    const target = await run(['token', '--scope', 'tools:info', '--resource', 'nonsense'])
    expect(target).toMatchObject({ code: 1, out: '' })
    expect(target.err).toContain('"error": "invalid_target"')
    expect(err + target.err).not.toContain(stack.env['DEV_OAUTH_CLIENT_SECRET'])
  })

  test('goes to this machine only', async () => {
    const { code, err } = await ringfence(['token', '--scope', 'x'], {
      cwd: stack.cwd,
      env: { TOOLS_OAUTH_ISSUER: 'https://issuer.example' },
    })
    expect(code).toBe(2)
    expect(err).toContain('not the development server')
  })
})

test('no output of a whole session holds a secret that was not asked for', async () => {
  const secrets = Object.values(stack.env).filter((value) => /^[0-9a-f]{64}$/.test(value))
  const outputs = await Promise.all([
    run(['call', 'trading', 'GET', '/v1/account']),
    run(['sign', 'GET', 'http://127.0.0.1:7101/']),
    run(['token', '--scope', 'nonsense']),
  ])
  const all = outputs.map(({ out, err }) => out + err).join('')
  expect(secrets.length).toBeGreaterThan(2)
  expect(secrets.filter((secret) => all.includes(secret))).toEqual([])
  expect(all).not.toContain('rfs_')
})

test('the file is a command of its own', async () => {
  const main = new URL('../../src/main.ts', import.meta.url).pathname
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@ringfence/source', main, 'help'])
  expect(stdout).toContain('Usage: ringfence')
})
