import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { guards } from '@ringfence/guard'
import { guarded, guardNode } from '@ringfence/guard/node'
import { generateApiKey, hmacAuth } from '@ringfence/hmac-auth'
import { verifies, violates } from '@ringfence/policy'
import { connectRedis } from '@ringfence/redis'
import { freePort, type RedisServer, startRedis } from '@ringfence/redis/testing'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { startAuthorizationServer } from '../dev/authorization-server.ts'
import { requestToken, type Sent, toolCall } from './support/fixture.ts'
import { listeningSockets } from './support/listening-sockets.ts'
import { listening, type Running, start } from './support/process.ts'

let folder: string
let settings: Record<string, string>
let origin: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tools-main-'))
  const [port, issuer] = [await freePort(), await freePort()]
  origin = `http://127.0.0.1:${port}`
  settings = {
    NODE_ENV: 'development',
    TOOLS_PORT: String(port),
    TOOLS_RESOURCE: `${origin}/mcp`,
    TOOLS_OAUTH_ISSUER: `http://127.0.0.1:${issuer}`,
    LOG_FINGERPRINT_KEY: randomBytes(32).toString('base64url'),
  }
  return () => rmSync(folder, { recursive: true, force: true })
})

const run = (args: readonly string[] = []): Running =>
  start({ main: MAIN, cwd: folder, env: settings, args, json: args.length === 0 })

describe('a process', () => {
  test('logs one line when it listens, serves, and stops cleanly on SIGTERM', async () => {
    const app = await listening(run())
    expect(app.lines.filter(({ event }) => event === 'listening')).toMatchObject([
      { host: '127.0.0.1', port: Number(settings['TOOLS_PORT']), tools: ['get_server_info'] },
    ])
    expect((await fetch(`${origin}/healthz`)).status).toBe(200)
    app.child.kill('SIGTERM')
    expect(await app.ended).toBe(0)
    expect(app.lines.at(-1)).toMatchObject({ event: 'stopped' })
    expect(app.errors()).toBe('')
  })

  test('prints its routes with --explain, without any configuration', async () => {
    settings = {}
    const app = run(['--explain'])
    expect(await app.ended).toBe(0)
    expect(app.text()).toMatch(/^POST \/mcp\n {2}knownAuthority\(tools\.example\): host_invalid$/m)
    expect(app.text()).toContain('in each process')
  })

  test('offers fetch_url only where hosts are listed, and the trading tools only with a way there', async () => {
    const { id, secret } = generateApiKey({ scope: 'read', allow: ['127.0.0.1'] })
    Object.assign(settings, {
      TOOLS_FETCH_ALLOW: 'example.com',
      TOOLS_TRADING_URL: 'http://127.0.0.1:1',
      TOOLS_TRADING_KEY_ID: id,
      TOOLS_TRADING_KEY_SECRET: secret,
    })
    const app = await listening(run())
    expect((await app.listening)['tools']).toEqual(['get_server_info', 'fetch_url', 'list_instruments', 'list_orders'])
    app.child.kill('SIGTERM')
    await app.ended
  })

  test('with Redis serves while it answers, and nobody while it does not', async () => {
    const redis = await sharedRedis()
    const token = await tokenOfItsIssuer()
    const app = await listening(run())
    expect((await post(token, toolCall('get_server_info'))).status).toBe(200)
    redis.pause()
    expect((await post(token, toolCall('get_server_info'), 1)).status).toBe(503)
    redis.resume()
    app.child.kill('SIGTERM')
    expect(await app.ended).toBe(0)
  })

  test('what is refused without asking Redis costs it nothing, and is refused as fast without it', async () => {
    const redis = await sharedRedis()
    const watch = await connectRedis({ url: redis.url })
    onTestFinished(() => watch.close())
    const token = await tokenOfItsIssuer()
    const app = await listening(run())
    const served = async (): Promise<number> => (await post(token, toolCall('get_server_info'))).status
    expect(await served()).toBe(200)
    const [header, payload, signature] = token.split('.') as [string, string, string]
    const forged = [`${header}.${payload}.${signature.toUpperCase()}`, `${header}.e30.${signature}`, 'opaque', ' ']
    /** More than an address may send in a second. */
    const attack = async (): Promise<Set<number>> => {
      const tries = Array.from({ length: 300 }, (_, i) =>
        post(forged[i % forged.length]!, toolCall('get_server_info'), 1),
      )
      return new Set((await Promise.all(tries)).map(({ status }) => status))
    }
    const asked = async (): Promise<string[]> => {
      const stats = String(await watch.command(['INFO', 'commandstats']))
      return stats.split('\r\n').filter((line) => line !== '' && !/^(?:#|cmdstat_info:)/.test(line))
    }
    const before = await asked()
    expect(await attack()).toEqual(new Set([400, 401, 429]))
    expect(await asked()).toEqual(before)
    await sleep(1_000) // until the address may send again
    expect(await served()).toBe(200)
    expect(await asked()).not.toEqual(before)
    redis.pause()
    expect(await attack()).toEqual(new Set([400, 401, 429]))
    redis.resume()
    app.child.kill('SIGTERM')
    expect(await app.ended).toBe(0)
  })

  test('an operator revokes what the log names, and the next request is refused', async () => {
    await sharedRedis()
    const token = await tokenOfItsIssuer()
    const app = await listening(run())
    const status = async (): Promise<number> => (await post(token, toolCall('get_server_info'))).status
    expect(await status()).toBe(200)
    const called = (): unknown => app.lines.find(({ event }) => event === 'tool.called')?.['fingerprint']
    await expect.poll(called).toEqual(expect.any(String)) // the line may come after the answer
    const fingerprint = called()
    const command = async (words: readonly string[], input?: string): Promise<Running> => {
      const running = start({ main: MAIN, cwd: folder, env: settings, args: words, ...(input && { input }) })
      await running.ended
      return running
    }
    const revoked = await command(['revoke', String(fingerprint)])
    expect(revoked.lines).toMatchObject([{ event: 'token.revoked', fingerprint }])
    expect(await status()).toBe(401)

    const byToken = await command(['revoke', '-'], token)
    expect(byToken.lines).toMatchObject([{ event: 'token.revoked', fingerprint }])
    const wrong = await command(['revoke', token])
    expect([await wrong.ended, wrong.lines]).toMatchObject([2, [{ code: 'usage', usage: expect.any(Array) }]])
    const said = [app, revoked, byToken, wrong].map((one) => one.text() + one.errors()).join('')
    for (const segment of token.split('.')) expect(said).not.toContain(segment)
    delete settings['REDIS_URL']
    const alone = await command(['revoke', String(fingerprint)])
    expect([await alone.ended, alone.lines]).toMatchObject([2, [{ msg: expect.stringContaining('REDIS_URL') }]])
    app.child.kill('SIGTERM')
    await app.ended
  }, 30_000)

  test('on SIGHUP takes the new secret of its trading key, and keeps the old one when the new is wrong', async () => {
    const [old, fresh] = [1, 2].map(() => generateApiKey({ scope: 'read', allow: ['127.0.0.1'] })) as [Key, Key]
    const trading = await tradingThatKnows({ ...old, secret: fresh.secret })
    const file = join(folder, 'trading-key')
    const put = (secret: string): void => {
      writeFileSync(`${file}.new`, secret, { mode: 0o600 })
      renameSync(`${file}.new`, file)
    }
    put(old.secret)
    Object.assign(settings, {
      TOOLS_TRADING_URL: trading,
      TOOLS_TRADING_KEY_ID: old.id,
      TOOLS_TRADING_KEY_SECRET_FILE: file,
      TOOLS_TRADING_SUBJECTS: 'tester',
    })
    const token = await tokenOfItsIssuer('trading:read')
    const app = await listening(run())
    const works = async (): Promise<boolean> =>
      (await (await post(token, toolCall('list_orders'))).text()).includes('{\\"items\\":[]}')
    const reload = async (secret: string): Promise<unknown> => {
      const seen = app.lines.length
      put(secret)
      app.child.kill('SIGHUP')
      await expect.poll(() => app.lines.slice(seen).some(({ event }) => String(event).startsWith('secrets'))).toBe(true)
      return app.lines.slice(seen).find(({ event }) => String(event).startsWith('secrets'))!['event']
    }
    expect(await works()).toBe(false)
    expect(await reload(fresh.secret)).toBe('secrets.reloaded')
    expect(await works()).toBe(true)
    expect(await reload('no secret at all')).toBe('secrets.reload_refused')
    expect(await works()).toBe(true)
    app.child.kill('SIGTERM')
    expect(await app.ended).toBe(0)
    for (const { secret } of [old, fresh]) expect(app.text() + app.errors()).not.toContain(secret.slice(4, 30))
  }, 30_000)

  verifies(
    'TS-15/listeners',
    'one listener on loopback for the tunnel and one for the probes, which serves nothing else',
    async () => {
      const probe = await freePort()
      settings['TOOLS_PROBE_PORT'] = String(probe)
      const app = await listening(run())
      expect(listeningSockets(app.child.pid!)).toEqual(
        [`everywhere:${probe}`, `loopback:${settings['TOOLS_PORT']}`].toSorted(),
      )
      const served = await Promise.all(
        ['/healthz', '/readyz', '/mcp', '/.well-known/oauth-protected-resource/mcp'].map(
          async (path) => (await fetch(`http://127.0.0.1:${probe}${path}`)).status,
        ),
      )
      expect(served).toEqual([200, 503, 404, 404])
      app.child.kill('SIGTERM')
      expect(await app.ended).toBe(0)
    },
  )
  violates('TS-15/listeners', 'a second listener is seen', async () => {
    const server = createServer().listen(0, '0.0.0.0')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    expect(listeningSockets(process.pid)).toContain(`everywhere:${port}`)
    server.close()
  })

  verifies('TS-19/storage', 'a process that serves writes no file', async () => {
    const app = await listening(run())
    await fetch(`${origin}/mcp`, { method: 'POST' })
    app.child.kill('SIGTERM')
    await app.ended
    expect(readdirSync(folder)).toEqual([])
  })
  violates('TS-19/storage', 'a file that is written there is seen', () => {
    writeFileSync(join(folder, 'planted'), '')
    expect(readdirSync(folder)).not.toEqual([])
  })
})

describe('a stop', () => {
  test('waits for a call in flight, within 10 s, and says so to the probes', async () => {
    const trading = await silentServer()
    const key = generateApiKey({ scope: 'read', allow: ['127.0.0.1'] })
    Object.assign(settings, {
      TOOLS_TRADING_URL: trading.url,
      TOOLS_TRADING_KEY_ID: key.id,
      TOOLS_TRADING_KEY_SECRET: key.secret,
      TOOLS_TRADING_SUBJECTS: 'tester',
      TOOLS_PROBE_PORT: String(await freePort()),
    })
    const probe = (path: string): Promise<number> =>
      fetch(`http://127.0.0.1:${settings['TOOLS_PROBE_PORT']}${path}`).then(({ status }) => status)
    const token = await tokenOfItsIssuer('trading:read')
    const app = await listening(run())
    const call = post(token, toolCall('list_orders'))
    await trading.asked
    expect(await probe('/readyz')).toBe(200)
    const stopping = performance.now()
    app.child.kill('SIGTERM')
    await expect.poll(() => probe('/readyz')).toBe(503)
    expect(await probe('/healthz')).toBe(200)
    expect(await (await call).json()).toMatchObject({ result: { isError: true } })
    expect(await app.ended).toBe(0)
    expect(performance.now() - stopping).toBeLessThan(10_000)
  }, 40_000)
})

describe('a configuration that cannot work', () => {
  test('is listed whole: every problem by name, source and rule, and no value', async () => {
    const planted = `planted${randomBytes(8).toString('hex')}`
    settings = {
      NODE_ENV: 'development',
      TOOLS_HOST: planted,
      TOOLS_PORT: planted,
      TOOLS_PROT: '7102',
      TOOLS_PROBE_PORT: '70000',
      TOOLS_RESOURCE: `https://${planted}.test/mcp/`,
      TOOLS_ORIGINS: `https://${planted}.test/`,
      TOOLS_TRUSTED_PROXIES: '10.0.0.1/8',
      TOOLS_OAUTH_ISSUER: `http://${planted}.test`,
      TOOLS_FETCH_ALLOW: `*,${planted}`,
      TOOLS_TRADING_KEY_SECRET: planted,
      TOOLS_INTROSPECTION_CLIENT_ID: planted,
      LOG_FINGERPRINT_KEY: '',
      REDIS_URL: `redis://${planted}.test`,
    }
    const app = run()
    expect(await app.ended).toBe(1)
    expect(app.lines).toHaveLength(1)
    expect(app.lines[0]?.['problems']).toMatchInlineSnapshot(`
      [
        "TOOLS_PROT (environment): unknown_name: no such variable: did you mean TOOLS_PORT?",
        "LOG_FINGERPRINT_KEY (environment): empty: an empty value is not a value: set one or remove the variable",
        "TOOLS_HOST (environment): invalid: a loopback address, 127.x.x.x or ::1",
        "TOOLS_PORT (environment): invalid_format: a port number from 0 to 65535",
        "TOOLS_PROBE_PORT (environment): invalid: a port number from 1 to 65535",
        "TOOLS_RESOURCE (environment): invalid: the resource URL, also the audience of tokens: https, canonical, no query, no trailing slash",
        "TOOLS_ORIGINS[0] (environment): invalid: an origin such as https://console.example",
        "TOOLS_TRUSTED_PROXIES[0] (environment): invalid: an address or a CIDR block without host bits",
        "TOOLS_OAUTH_ISSUER (environment): invalid: an absolute URL with https:, or http: on loopback without user name, password or fragment",
        "TOOLS_FETCH_ALLOW (environment): invalid: host names in lower case, or * alone for every public host",
        "TOOLS_TRADING_KEY_SECRET (environment): invalid: a secret of at least 16 characters in the expected form",
        "REDIS_URL (environment): invalid: an absolute URL with rediss:, or redis: on loopback",
        "TOOLS_TRADING_URL (not in environment, .env): missing: an absolute URL with https:, or http: on loopback without user name, password or fragment",
        "TOOLS_TRADING_KEY_ID (not in environment, .env): missing: set it, or set it with _FILE appended to the path of a file that holds it",
        "TOOLS_INTROSPECTION_URL (not in environment, .env): missing: an absolute URL with https:, or http: on loopback without user name, password or fragment",
        "TOOLS_INTROSPECTION_CLIENT_SECRET (not in environment, .env): missing: a secret of at least 16 characters",
      ]
    `)
    expect(app.text() + app.errors()).not.toContain(planted)
  })

  test('a host beyond loopback is refused: TLS ends at the tunnel', async () => {
    settings['TOOLS_HOST'] = '0.0.0.0'
    const app = run()
    expect(await app.ended).toBe(1)
    expect(app.lines[0]?.['problems']).toEqual([expect.stringMatching(/^TOOLS_HOST .*a loopback address/)])
  })

  test('production refuses plain http, a placeholder and a .env file', async () => {
    delete settings['NODE_ENV']
    settings['LOG_FINGERPRINT_KEY'] = 'change-me-change-me-change-me-change-me'
    writeFileSync(join(folder, '.env'), '', { mode: 0o600 })
    const app = run()
    expect(await app.ended).toBe(1)
    const problems = (app.lines[0]!['problems'] as string[]).join('\n')
    for (const problem of [/TOOLS_RESOURCE .*https/, /TOOLS_OAUTH_ISSUER .*https/, /env_file_in_production/]) {
      expect(problems).toMatch(problem)
    }
  })
})

describe('what is in the way is one clear sentence', () => {
  test('a port in use', async () => {
    const other = createServer().listen(Number(settings['TOOLS_PORT']), '127.0.0.1')
    await once(other, 'listening')
    const app = run()
    expect(await app.ended).toBe(1)
    expect(app.lines).toMatchObject([{ code: 'EADDRINUSE', msg: expect.stringMatching(/TOOLS_PORT .*is in use/) }])
    other.close()
  })

  test('a Redis that is not there', async () => {
    settings['REDIS_URL'] = `redis://127.0.0.1:${await freePort()}`
    const app = run()
    expect(await app.ended).toBe(1)
    expect(app.lines).toMatchObject([{ code: 'redis_unavailable', msg: expect.stringMatching(/Redis/) }])
  })
})

/** Starts the Redis that the settings then name. */
async function sharedRedis(): Promise<RedisServer> {
  const port = await freePort()
  const redis = await startRedis({ port })
  onTestFinished(() => redis.stop())
  settings['REDIS_URL'] = `redis://127.0.0.1:${port}`
  return redis
}

/** Starts the issuer that the settings name, and gets a token of it. */
async function tokenOfItsIssuer(scope = 'tools:info'): Promise<string> {
  const issuer = settings['TOOLS_OAUTH_ISSUER']!
  const clientSecret = randomBytes(32).toString('hex')
  const server = await startAuthorizationServer({
    issuer,
    defaultResource: settings['TOOLS_RESOURCE']!,
    clientId: 'tester',
    clientSecret,
    scopes: ['tools:info', 'trading:read'],
  })
  onTestFinished(() => closed(server))
  return requestToken({ issuer, clientSecret, scope, resource: settings['TOOLS_RESOURCE']! })
}

type Key = ReturnType<typeof generateApiKey>

/** A trading API without orders, which checks signatures as the real one does. */
async function tradingThatKnows(key: Key): Promise<string> {
  const port = await freePort()
  const replay = { consume: () => 'fresh' as const }
  const auth = hmacAuth({ keys: [key], authorities: [`127.0.0.1:${port}`], tag: 'ringfence-trading', replay })
  const answer = guarded(guards().use(auth), (_context, _request, response) => {
    response.setHeader('content-type', 'application/json').end('{"items":[]}')
  })
  const server = guardNode({ 'GET /v1/orders': answer }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => closed(server))
  return `http://127.0.0.1:${port}`
}

/** Takes requests and never answers. */
async function silentServer(): Promise<{ readonly url: string; readonly asked: Promise<unknown> }> {
  const server = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => closed(server))
  const { port } = server.address() as { port: number }
  return { url: `http://127.0.0.1:${port}`, asked: once(server, 'request') }
}

function closed(server: Server): void {
  server.closeAllConnections()
  server.close()
}

/** Sends with a token, again while the keys are being loaded. */
async function post(token: string, { message, headers }: Sent, mostTries = 100): Promise<Response> {
  const accept = 'application/json, text/event-stream'
  const authorization = `Bearer ${token}`
  const init = { method: 'POST', body: JSON.stringify(message) }
  for (let tries = 1; ; tries++) {
    const answer = await fetch(`${origin}/mcp`, {
      ...init,
      headers: { 'content-type': 'application/json', accept, authorization, ...headers },
    })
    if (answer.status !== 503 || tries === mostTries) return answer
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const MAIN = new URL('../src/main.ts', import.meta.url)
