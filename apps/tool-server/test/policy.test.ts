import type { Egress } from '@ringfence/egress'
import { verifies, violates } from '@ringfence/policy'
import { redisStore } from '@ringfence/rate-limit/redis'
import { connectRedis } from '@ringfence/redis'
import { startRedis } from '@ringfence/redis/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { fetchUrl } from '../src/tools/fetch-url.ts'
import { defineTool } from '../src/tools/tool.ts'
import { echoTool } from './support/echo-tool.ts'
import { type Fixture, type Sent, startFixture, toolCall } from './support/fixture.ts'

let fixture: Fixture
beforeAll(async () => {
  const word = defineTool({
    name: 'word',
    title: 'Word',
    description: 'Takes one of two words.',
    scope: 'tools:info',
    input: z.strictObject({ word: z.enum(['a', 'b']) }),
    run: ({ word: one }) => Promise.resolve(one),
  })
  fixture = await startFixture({ limits: { address: 10_000, tool: 1_000 }, tools: [echoTool, word] })
})
afterAll(() => fixture.stop())

describe('limits', () => {
  /** Statuses of calls that one fixture with small limits gets. */
  async function statuses(calls: readonly (readonly [tool: string, client: 'tester' | 'other'])[]): Promise<number[]> {
    const limited = await startFixture({ limits: { tool: 1, address: 1_000 } })
    const tokens = new Map<string, string>()
    const answers: number[] = []
    for (const [tool, client] of calls) {
      const token = tokens.get(client) ?? (await limited.token('tools:info tools:fetch', limited.resource, client))
      tokens.set(client, token)
      const { message, headers } = toolCall(tool, tool === 'fetch_url' ? { url: 'https://127.0.0.1/' } : {})
      answers.push((await limited.post(message, { ...headers, authorization: `Bearer ${token}` })).status)
    }
    await limited.stop()
    return answers
  }

  verifies('TS-17/client', 'a caller over its limit is refused, another one is not', async () => {
    const info = 'get_server_info'
    expect(
      await statuses([
        [info, 'tester'],
        [info, 'tester'],
        [info, 'other'],
      ]),
    ).toEqual([200, 429, 200])
  })
  violates('TS-17/client', 'the same two calls of one caller are not both served', async () => {
    expect(
      await statuses([
        ['get_server_info', 'tester'],
        ['get_server_info', 'tester'],
      ]),
    ).not.toEqual([200, 200])
  })

  verifies('TS-17/tool', 'a tool over its limit is refused, another one of the same caller is not', async () => {
    const calls = ['get_server_info', 'get_server_info', 'fetch_url'] as const
    expect(await statuses(calls.map((tool) => [tool, 'tester']))).toEqual([200, 429, 200])
  })
  violates('TS-17/tool', 'a tool that shared the limit of another would be refused with it', async () => {
    // What is no tool of this server shares one limit.
    expect(
      await statuses([
        ['no_such_tool', 'tester'],
        ['nor_this_one', 'tester'],
      ]),
    ).toEqual([200, 429])
  })

  test('replicas that share Redis share the limits, and refuse while it is away', async () => {
    const redis = await startRedis()
    const connection = await connectRedis({ url: redis.url })
    const store = redisStore({ redis: connection })
    const replicas = [
      await startFixture({ limits: { tool: 1, store } }),
      await startFixture({ limits: { tool: 1, store } }),
    ]
    const { message, headers } = toolCall('get_server_info')
    const callTo = async (replica: Fixture): Promise<number> => {
      const authorization = `Bearer ${await replica.token('tools:info')}`
      return (await replica.post(message, { ...headers, authorization })).status
    }
    expect([await callTo(replicas[0]!), await callTo(replicas[1]!)]).toEqual([200, 429])
    redis.pause()
    expect(await callTo(replicas[0]!)).toBe(503)
    redis.resume()
    for (const replica of replicas) await replica.stop()
    connection.close()
    await redis.stop()
  })

  test('repeated invalid tokens block an address for a while, and only it', async () => {
    const guarded = await startFixture({ limits: { failures: 2 }, trustedProxies: ['127.0.0.1/32'] })
    const { message, headers } = toolCall('get_server_info')
    const valid = await guarded.token('tools:info')
    const status = async (client: string, token: string): Promise<number> => {
      const authorization = `Bearer ${token}`
      return (await guarded.post(message, { ...headers, authorization, 'cf-connecting-ip': client })).status
    }
    const forged = `${valid.slice(0, -8)}AAAAAAAA`
    expect([await status('192.0.2.1', forged), await status('192.0.2.1', forged)]).toEqual([401, 401])
    expect([await status('192.0.2.1', valid), await status('192.0.2.2', valid)]).toEqual([429, 200])
    await guarded.stop()
  })

  test('a caller waits for four URLs at a time, and for the next when one has ended', async () => {
    let end = (): void => undefined
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    let under = 0
    const answer = { status: 200, headers: new Headers(), bytes: new Uint8Array(), text: () => 'text' }
    const egress: Egress = {
      fetch: () => {
        under++
        return ended.then(() => answer)
      },
      close: () => Promise.resolve(),
    }
    const busy = await startFixture({ tools: [fetchUrl(egress, '*')] })
    const { message, headers } = toolCall('fetch_url', { url: 'https://example.com/' })
    const fetched = async (client: 'tester' | 'other'): Promise<string> => {
      const authorization = `Bearer ${await busy.token('tools:fetch', busy.resource, client)}`
      return (await busy.post(message, { ...headers, authorization })).text()
    }
    const four = Array.from({ length: 4 }, () => fetched('tester'))
    await expect.poll(() => under, { timeout: 5_000 }).toBe(4)
    expect(await fetched('tester')).toContain('At most 4 URLs are fetched at a time.')
    const other = fetched('other')
    end()
    for (const text of await Promise.all([...four, other])) expect(text).not.toContain('At most')
    expect(await fetched('tester')).not.toContain('At most')
    await busy.stop()
  })

  test('behind the tunnel each client has a limit of its own, by exactly one CF-Connecting-IP', async () => {
    const tunnelled = await startFixture({ limits: { address: 1 }, trustedProxies: ['127.0.0.1/32'] })
    const statusFrom = async (...clients: string[]): Promise<number> => {
      const headers = new Headers(clients.map((client): [string, string] => ['cf-connecting-ip', client]))
      return (await fetch(tunnelled.resource, { method: 'POST', headers })).status
    }
    expect([await statusFrom('192.0.2.1'), await statusFrom('192.0.2.1')]).toEqual([401, 429])
    expect(await statusFrom('192.0.2.2')).toBe(401)
    // Two values, or one that is no address, name nobody: the tunnel itself answers for it.
    expect([await statusFrom('192.0.2.3', '192.0.2.4'), await statusFrom('nobody')]).toEqual([401, 429])
    await tunnelled.stop()
    const direct = await startFixture({ limits: { address: 1 } })
    const forged = (client: string) =>
      fetch(direct.resource, { method: 'POST', headers: { 'cf-connecting-ip': client } })
    expect([(await forged('192.0.2.1')).status, (await forged('192.0.2.2')).status]).toEqual([401, 429])
    await direct.stop()
  })
})

describe('CORS', () => {
  const corsFields = (answers: readonly Response[]): string[] =>
    answers.flatMap((answer) => [...answer.headers.keys()].filter((name) => name.startsWith('access-control-')))

  verifies('TS-18/headers', 'no answer of any route and any status carries a CORS field', async () => {
    const origin = 'https://web.example'
    const preflight = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    }
    const answers = await Promise.all([
      ...['/healthz', '/readyz', '/.well-known/oauth-protected-resource/mcp', '/none'].flatMap((path) => [
        fetch(`${fixture.origin}${path}`, { headers: { origin } }),
        fetch(`${fixture.origin}${path}`, { method: 'OPTIONS', headers: preflight }),
      ]),
      fetch(fixture.resource, { method: 'OPTIONS', headers: preflight }),
      send(toolCall('echo', { text: 'x' })),
      send(toolCall('echo', { text: 'x' }), { origin }),
    ])
    expect(corsFields(answers)).toEqual([])
    expect(answers.filter(({ status }) => status === 405)).toHaveLength(5)
  })
  violates('TS-18/headers', 'a CORS field is seen', () => {
    const planted = new Response('', { headers: { 'access-control-allow-origin': '*' } })
    expect(corsFields([planted])).toEqual(['access-control-allow-origin'])
  })
})

describe('personal data', () => {
  const seen = (log: readonly string[], personal: readonly string[]): string[] =>
    personal.filter((one) => log.join('\n').includes(one))

  verifies('TS-19/logs', 'neither the address nor the arguments nor the subject of a caller are logged', async () => {
    const tunnelled = await startFixture({ trustedProxies: ['127.0.0.1/32'] })
    const personal = ['192.0.2.77', 'jane.doe@mail.example', 'tester']
    const { message, headers } = toolCall('get_server_info', { mail: personal[1] })
    const authorization = `Bearer ${await tunnelled.token('tools:info')}`
    const from = { 'cf-connecting-ip': personal[0]!, 'x-forwarded-for': personal[0]!, 'user-agent': personal[1]! }
    await tunnelled.post(message, { ...headers, ...from, authorization })
    await tunnelled.post(message, { ...headers, ...from })
    await tunnelled.post('{', { ...from, authorization })
    await tunnelled.post({ ...message, method: personal[1] }, { ...from, authorization })
    expect(tunnelled.log.filter((line) => line.includes('request.denied'))).toHaveLength(2)
    expect(seen(withoutListening(tunnelled.log), personal)).toEqual([])
    await tunnelled.stop()
  })
  violates('TS-19/logs', 'an address in a line is seen', () => {
    expect(seen(['{"event":"x","from":"192.0.2.77"}'], ['192.0.2.77'])).toEqual(['192.0.2.77'])
  })
  const withoutListening = (log: readonly string[]): string[] => log.filter((line) => !line.includes('"listening"'))
})

describe('security tests', () => {
  async function refusals(credentials: readonly (string | undefined)[]): Promise<number[]> {
    const { message, headers } = toolCall('echo', { text: 'x' })
    return Promise.all(
      credentials.map(async (authorization) => {
        const answer = await fixture.post(message, {
          ...headers,
          ...(authorization !== undefined && { authorization }),
        })
        return answer.status
      }),
    )
  }

  verifies('TS-23/auth', 'forged, foreign, under-scoped, malformed and missing credentials are refused', async () => {
    const good = await fixture.token('tools:info')
    const [header, payload, signature] = good.split('.') as [string, string, string]
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as object
    const admin = Buffer.from(JSON.stringify({ ...claims, scope: 'tools' })).toString('base64url')
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url')
    const forged = [`${header}.${admin}.${signature}`, `${none}.${payload}.`, `${none}.${payload}.${signature}`]
    const foreign = await fixture.token('tools:info', 'https://other.example/mcp')
    expect(await refusals([...forged, foreign].map((token) => `Bearer ${token}`))).toEqual([401, 401, 401, 401])
    expect(await refusals([`Bearer ${await fixture.token('trading:read')}`])).toEqual([403])
    expect(await refusals([undefined, 'Basic dGVzdGVyOng=', 'Bearer', `Bearer ${good} x`])).toEqual([
      401, 401, 400, 400,
    ])
  })
  violates('TS-23/auth', 'good ones are not', async () => {
    expect(await refusals([`Bearer ${await fixture.token('tools:info')}`])).toEqual([200])
  })

  const INJECTIONS = [
    `'; DROP TABLE orders; --`,
    `1 OR 1=1`,
    `<script>alert(1)</script>`,
    `"><img src=x onerror=alert(1)>`,
    '${7*7}{{7*7}}',
    '../../etc/passwd',
  ]
  verifies('TS-23/injection', 'SQL, script and template inputs stay data, or are refused unrepeated', async () => {
    for (const input of INJECTIONS) {
      const answer = await send(toolCall('echo', { text: input }))
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      expect(await answer.json()).toMatchObject({ result: { content: [{ type: 'text', text: input }] } })
      expect(repeated(await (await send(toolCall('word', { word: input }))).text(), input)).toBe(false)
      const wrong = await fixture.post(JSON.stringify({ [input]: input, id: input }), await bearer())
      expect(wrong.headers.get('content-type')).toMatch(/json/)
    }
  })
  violates('TS-23/injection', 'a refusal that repeats its input is seen', async () => {
    for (const input of INJECTIONS)
      expect(repeated(JSON.stringify({ error: `unknown word ${input}` }), input)).toBe(true)
  })
  const repeated = (body: string, input: string): boolean => body.includes(JSON.stringify(input).slice(1, -1))

  verifies('TS-23/data', 'neither token, nor argument, nor stack leaves through answers and log lines', async () => {
    const token = await fixture.token('tools:info')
    const { message, headers } = toolCall('word', { word: 'planted-argument' })
    const bodies = [
      await (await fixture.post(message, { ...headers, authorization: `Bearer ${token}` })).text(),
      await (await fixture.post(message, { ...headers, authorization: `Bearer ${token}x` })).text(),
      await (await fixture.post({ ...message, method: token }, { authorization: `Bearer ${token}` })).text(),
    ]
    expect(leaks([...bodies, ...fixture.log].join('\n'), token)).toEqual([])
  })
  violates('TS-23/data', 'each of them is seen where it leaks', () => {
    expect(leaks('planted-argument a.b.c  at run (file.ts:1:1)', 'a.b.c')).toHaveLength(3)
  })
  const leaks = (output: string, token: string): string[] =>
    [token, 'planted-argument', '.ts:'].filter((one) => output.includes(one))
})

async function bearer(): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await fixture.token('tools:info')}` }
}

async function send({ message, headers }: Sent, extra: Record<string, string> = {}): Promise<Response> {
  return fixture.post(message, { ...headers, ...(await bearer()), ...extra })
}
