import { verifies, violates } from '@ringfence/policy'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineTool, type ToolCall } from '../src/tools/tool.ts'
import { type Fixture, rpc, type Sent, startFixture, toolCall } from './support/fixture.ts'

// What MCP 2026-07-28 demands of a resource server: docs/mcp-duties.md has a row for each, with the name of its test.

let fixture: Fixture
const seen: ToolCall[] = []
beforeAll(async () => {
  const spy = defineTool({
    name: 'spy',
    title: 'Spy',
    description: 'Remembers what it is told about its caller.',
    scope: 'tools:info',
    input: z.strictObject({ word: z.enum(['a', 'b']).optional() }),
    run: async (_input, call) => {
      seen.push(call)
      return 'seen'
    },
  })
  const needy = defineTool({ ...NEEDY, input: z.strictObject({}), run: async () => 'never' })
  fixture = await startFixture({ limits: { address: 10_000, tool: 1_000 }, tools: [spy, needy] })
})
afterAll(() => fixture.stop())

/** Sends with a token of these scopes. */
async function send({ message, headers }: Sent, extra: Record<string, string> = {}, scope = 'tools:info') {
  const authorization = `Bearer ${await fixture.token(scope)}`
  return fixture.post(message, { authorization, ...headers, ...extra })
}

async function rpcError(response: Response): Promise<[number, number]> {
  const { error } = (await response.json()) as { error: { code: number } }
  return [response.status, error.code]
}

describe('authorization', () => {
  test('the metadata name an authorization server', async () => {
    const answer = await fetch(`${fixture.origin}/.well-known/oauth-protected-resource/mcp`)
    expect(await answer.json()).toMatchObject({
      resource: fixture.resource,
      authorization_servers: [expect.stringMatching(/^http:/)],
    })
  })

  test('a 401 points to the metadata and names the scopes worth asking for', async () => {
    const answer = await fixture.post(toolCall('spy').message)
    const challenge = answer.headers.get('www-authenticate') ?? ''
    expect(answer.status).toBe(401)
    expect(challenge).toContain(`resource_metadata="${fixture.origin}/.well-known/oauth-protected-resource/mcp"`)
    expect(challenge).toContain('scope="tools:info trading:read"')
  })

  verifies('TS-05', 'no request of the protocol is answered without a good token', async () => {
    const token = await fixture.token('tools:info')
    const [header, payload] = token.split('.')
    const bad = [undefined, 'x', `${header}.${payload}.`, `${token.slice(0, -4)}AAAA`, token.toUpperCase()]
    for (const sent of METHODS) {
      for (const one of bad) expect(await statusWith(one, sent)).toBe(401)
    }
  })
  violates('TS-05', 'with one, each of them is', async () => {
    const token = await fixture.token('tools:info')
    for (const sent of METHODS) expect(await statusWith(token, sent)).toBe(200)
  })

  async function statusWith(token: string | undefined, { message, headers }: Sent): Promise<number> {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
    return (await fixture.post(message, { ...headers, ...authorization })).status
  }

  test('a token that has expired is a 401', async () => {
    const later = await startFixture({ aheadMs: 3_600_000 })
    const authorization = `Bearer ${await later.token('tools:info')}`
    const { message, headers } = toolCall('get_server_info')
    const answer = await later.post(message, { ...headers, authorization })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect(later.log.join('')).toContain('expired')
    await later.stop()
  })

  test('a token for another resource is a 401', async () => {
    const authorization = `Bearer ${await fixture.token('tools:info', 'https://other.example/mcp')}`
    const { message, headers } = toolCall('spy')
    expect((await fixture.post(message, { ...headers, authorization })).status).toBe(401)
  })

  test('a malformed Authorization field is a 400', async () => {
    const { message, headers } = toolCall('spy')
    const answer = await fixture.post(message, { ...headers, authorization: 'Bearer a b' })
    expect(answer.status).toBe(400)
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_request"')
  })

  test('a token in the query is refused, even beside a good one', async () => {
    const token = await fixture.token('tools:info')
    const answer = await fetch(`${fixture.resource}?access_token=${token}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: '{}',
    })
    expect(answer.status).toBe(400)
    expect(fixture.log.join('')).not.toContain(token)
  })

  test('no tool gets the token, so that none can pass it on', async () => {
    const token = await fixture.token('tools:info')
    const { message, headers } = toolCall('spy')
    await fixture.post(message, { ...headers, authorization: `Bearer ${token}` })
    const told = JSON.stringify(seen.at(-1))
    expect(told).toContain('tester')
    for (const segment of token.split('.')) expect(told).not.toContain(segment)
  })

  test('a missing scope is a 403 with every scope of the operation and the metadata', async () => {
    const answer = await send(toolCall('needy'))
    expect(answer.status).toBe(403)
    const challenge = answer.headers.get('www-authenticate')
    for (const part of ['error="insufficient_scope"', 'scope="trading:read"', 'resource_metadata="']) {
      expect(challenge).toContain(part)
    }
  })

  test('a broad scope grants the narrow ones', async () => {
    expect((await send(toolCall('spy'), {}, 'tools')).status).toBe(200)
    expect((await send(toolCall('needy'), {}, 'tools')).status).toBe(403)
  })

  test('offline_access is in no challenge and no metadata', async () => {
    const metadata = await fetch(`${fixture.origin}/.well-known/oauth-protected-resource/mcp`)
    const missing = await fixture.post(toolCall('spy').message)
    expect(`${await metadata.text()}${missing.headers.get('www-authenticate')}`).not.toContain('offline_access')
  })

  test('opaque tokens are introspected, and one that was revoked is refused', async () => {
    const opaque = await startFixture({ opaque: true })
    const { message, headers } = toolCall('get_server_info')
    const [kept, revoked] = [await opaque.token('tools:info'), await opaque.token('tools:info')]
    expect(kept).not.toContain('.')
    const basic = Buffer.from(`tester:${opaque.clientSecret}`).toString('base64')
    await fetch(`${opaque.issuer}/token/revocation`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ token: revoked }),
    })
    const statuses = await Promise.all(
      [kept, revoked].map(
        async (token) => (await opaque.post(message, { ...headers, authorization: `Bearer ${token}` })).status,
      ),
    )
    expect(statuses).toEqual([200, 401])
    await opaque.stop()
  })
})

describe('transport', () => {
  test('a foreign Origin is a 403', async () => {
    expect((await send(toolCall('spy'), { origin: 'https://evil.example' })).status).toBe(403)
  })

  test('a foreign Host is refused, the own one in upper case is not', async () => {
    const named = await startFixture({ resource: 'https://tools.example/mcp' })
    const statusFor = (host: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const outgoing = request(`${named.origin}/mcp`, { method: 'POST', headers: { host } }, (answer) => {
          answer.resume()
          resolve(answer.statusCode ?? 0)
        })
        outgoing.on('error', reject).end()
      })
    const hosts = [
      'tools.example',
      'TOOLS.example',
      'tools.example:443',
      'tools.example:80',
      'evil.example',
      '127.0.0.1',
    ]
    expect(await Promise.all(hosts.map(statusFor))).toEqual([401, 401, 401, 400, 400, 400])
    await named.stop()
  })

  test('forwarding fields change neither metadata nor challenge', async () => {
    const forwarded = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'gopher',
      forwarded: 'host=evil.example',
    }
    const metadata = await fetch(`${fixture.origin}/.well-known/oauth-protected-resource/mcp`, { headers: forwarded })
    const missing = await fixture.post(toolCall('spy').message, forwarded)
    expect(`${await metadata.text()}${missing.headers.get('www-authenticate')}`).not.toMatch(/evil|gopher/)
  })

  test('GET and DELETE are a 405 that allows POST', async () => {
    const authorization = `Bearer ${await fixture.token('tools:info')}`
    for (const method of ['GET', 'DELETE']) {
      const answer = await fetch(fixture.resource, { method, headers: { authorization } })
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
    }
  })

  test('a batch, a scalar and broken JSON are a 400', async () => {
    const authorization = `Bearer ${await fixture.token('tools:info')}`
    for (const body of ['[]', '[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]', '"x"', '{', '{"id":1,"id":2}']) {
      expect((await fixture.post(body, { authorization })).status).toBe(400)
    }
  })

  test('fields that differ from the body are a 400 with -32020, in both eras', async () => {
    const { message, headers } = toolCall('spy')
    const old = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'spy', arguments: {} } }
    const encoded = `=?base64?${Buffer.from('needy').toString('base64')}?=`
    for (const wrong of [{ 'mcp-name': 'needy' }, { 'mcp-name': encoded }, { 'mcp-method': 'tools/list' }]) {
      expect(await rpcError(await send({ message, headers }, wrong))).toEqual([400, -32_020])
      expect(await rpcError(await send({ message: old, headers: {} }, wrong))).toEqual([400, -32_020])
    }
    const version = { 'mcp-protocol-version': '2025-11-25' }
    expect(await rpcError(await send({ message, headers }, version))).toEqual([400, -32_020])
    const right = { 'mcp-name': `=?base64?${Buffer.from('spy').toString('base64')}?=` }
    expect((await send({ message, headers }, right)).status).toBe(200)
  })

  test('a field that the newest revision demands and that is not there is a 400 with -32020', async () => {
    const { message, headers } = toolCall('spy')
    for (const missing of Object.keys(headers)) {
      const rest = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== missing))
      expect(await rpcError(await send({ message, headers: rest }))).toEqual([400, -32_020])
    }
  })

  test('a revision that is not served is a 400 with -32022 and the list of those that are', async () => {
    const answer = await send(rpc('tools/list', {}, '2099-01-01'))
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: { code: -32_022, data: { supported: ['2026-07-28'] } } })
  })

  test('a method that does not exist is a 404 with -32601', async () => {
    expect(await rpcError(await send(rpc('no/such')))).toEqual([404, -32_601])
  })

  test('a notification is a 202 without a body, an ill-formed one a 400', async () => {
    const notification = { jsonrpc: '2.0', method: 'notifications/initialized' }
    const answer = await send({ message: notification, headers: {} })
    expect([answer.status, await answer.text()]).toEqual([202, ''])
    for (const wrong of [{ jsonrpc: '1.0' }, { params: [] }, { id: null }]) {
      expect((await send({ message: { ...notification, ...wrong }, headers: {} })).status).toBe(400)
    }
  })

  test('a request is answered under its id, as JSON or as an event stream; one without a good id is a 400', async () => {
    const { message, headers } = toolCall('spy')
    for (const id of [7, 'seven', '', 0]) {
      const answer = await send({ message: { ...message, id }, headers })
      expect(answer.headers.get('content-type')).toBe('application/json')
      expect(await answer.json()).toMatchObject({ jsonrpc: '2.0', id })
    }
    const old = await send(OLD_LIST)
    expect([old.headers.get('content-type'), await old.text()]).toEqual([
      'text/event-stream',
      expect.stringContaining('"id":1'),
    ])
    const before = seen.length
    for (const id of [null, 1.5, true, [1], {}]) {
      expect((await send({ message: { ...message, id }, headers })).status).toBe(400)
    }
    expect(seen.length).toBe(before)
  })

  test('a request without a field of _meta that the newest revision demands is a 400 with -32602', async () => {
    const { message, headers } = toolCall('spy') as { message: { params: { _meta: object } }; headers: Sent['headers'] }
    const _meta = { ...message.params._meta, 'io.modelcontextprotocol/clientCapabilities': undefined }
    const without = { ...message, params: { ...message.params, _meta } }
    expect(await rpcError(await send({ message: without, headers }))).toEqual([400, -32_602])
  })

  test('a stream is not buffered on its way, and its first message names the subscription', async () => {
    const leaving = new AbortController()
    const { message, headers } = rpc('subscriptions/listen', { notifications: { toolsListChanged: true } })
    const authorization = `Bearer ${await fixture.token('tools:info')}`
    const stream = await fixture.post(message, { ...headers, authorization }, leaving.signal)
    expect(stream.headers.get('x-accel-buffering')).toBe('no')
    const { value } = await stream.body!.getReader().read()
    expect(new TextDecoder().decode(value)).toContain('"io.modelcontextprotocol/subscriptionId":')
    leaving.abort()
  })

  test('a caller who goes away ends the call, in both eras', async () => {
    const waiting: AbortSignal[] = []
    const waits = defineTool({
      name: 'waits',
      title: 'Waits',
      description: 'Ends when its caller is gone.',
      scope: 'tools:info',
      input: z.strictObject({}),
      run: async (_input, { signal }) => {
        waiting.push(signal)
        await once(signal, 'abort')
        return 'ended'
      },
    })
    const patient = await startFixture({ tools: [waits] })
    const authorization = `Bearer ${await patient.token('tools:info')}`
    const old = { message: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'waits' } }, headers: {} }
    for (const { message, headers } of [toolCall('waits'), old]) {
      const leaving = new AbortController()
      const call = patient.post(message, { ...headers, authorization }, leaving.signal).then((answer) => answer.text())
      await expect.poll(() => waiting.length).toBe(1)
      expect(waiting[0]!.aborted).toBe(false)
      leaving.abort()
      await expect(call).rejects.toThrow()
      await expect.poll(() => waiting[0]!.aborted).toBe(true)
      waiting.pop()
    }
    await patient.stop()
  })

  test('a Last-Event-ID resumes nothing', async () => {
    for (const { message, headers } of [toolCall('spy'), OLD_LIST]) {
      const answer = await send({ message, headers }, { 'last-event-id': '1' })
      expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('"id":1')])
    }
  })

  verifies('TS-06/sessions', 'a session id is ignored and none is given: any replica answers any request', async () => {
    const replicas = [fixture, await startFixture({ limits: { tool: 1_000 } })]
    for (const { message, headers } of [toolCall('get_server_info'), OLD_LIST]) {
      for (const replica of replicas) {
        const authorization = `Bearer ${await replica.token('tools:info')}`
        const answer = await replica.post(message, { ...headers, authorization, 'mcp-session-id': 'never-given' })
        expect([answer.status, sessionOf(answer)]).toEqual([200, null])
      }
    }
    await replicas[1]!.stop()
  })
  violates('TS-06/sessions', 'a session id in an answer is seen', () => {
    expect(sessionOf(new Response('', { headers: { 'mcp-session-id': 'planted' } }))).toBe('planted')
  })
  const sessionOf = (answer: Response): string | null => answer.headers.get('mcp-session-id')

  verifies('TS-06/revisions', 'both eras are served: with and without initialize', async () => {
    expect(await namesListed(rpc('tools/list'))).toEqual(['spy'])
    expect(await namesListed(OLD_LIST)).toEqual(['spy'])
    const initialize = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } }
    const greeting = await send({
      message: { jsonrpc: '2.0', id: 1, method: 'initialize', params: initialize },
      headers: {},
    })
    expect(await textOf(greeting)).toContain('"protocolVersion":"2025-11-25"')
    expect(await textOf(await send(rpc('server/discover')))).toContain('"2026-07-28"')
  })
  violates('TS-06/revisions', 'a revision that is not served lists nothing', async () => {
    expect(await namesListed(rpc('tools/list', {}, '2099-01-01'))).toBeUndefined()
  })

  async function namesListed(sent: Sent): Promise<string[] | undefined> {
    const json = /\{.*\}/.exec(await textOf(await send(sent)))?.[0] ?? '{}'
    const { result } = JSON.parse(json) as { result?: { tools: { name: string }[] } }
    return result?.tools.map(({ name }) => name)
  }
  const textOf = (answer: Response): Promise<string> => answer.text()
})

describe('tools', () => {
  test('tools are declared, listed in the same order each time, and every result names the server', async () => {
    const wide = 'tools:info trading:read'
    const results = async (...methods: readonly string[]): Promise<Record<string, object>[]> =>
      Promise.all(
        methods.map(async (method) => {
          const { result } = (await (await send(rpc(method), {}, wide)).json()) as { result: Record<string, object> }
          return result
        }),
      )
    const [discovered, ...lists] = await results('server/discover', 'tools/list', 'tools/list', 'tools/list')
    expect(discovered).toMatchObject({ capabilities: { tools: { listChanged: false } } })
    for (const { tools } of lists) expect(tools).toMatchObject([{ name: 'spy' }, { name: 'needy' }])
    const server = { 'io.modelcontextprotocol/serverInfo': { name: 'ringfence-tool-server' } }
    for (const result of [discovered, ...lists]) expect(result).toMatchObject({ _meta: server })
  })

  test('a list that depends on the caller is private', async () => {
    for (const method of ['tools/list', 'server/discover']) {
      expect(await (await send(rpc(method))).json()).toMatchObject({ result: { cacheScope: 'private', ttlMs: 0 } })
    }
  })

  test('a list shows only what the caller may call', async () => {
    const names = async (scope: string): Promise<string> => (await send(rpc('tools/list'), {}, scope)).text()
    expect(await names('tools:info')).not.toContain('"needy"')
    expect(await names('tools:info trading:read')).toContain('"needy"')
  })

  verifies('TS-01', 'arguments that the schema does not describe never reach a tool, nor come back', async () => {
    for (const args of [{ word: 'planted' }, { planted: 1 }, { word: { planted: 1 } }, [], 'planted']) {
      expect(await reaches(args as object)).toBe(false)
    }
  })
  violates('TS-01', 'arguments that it describes reach it', async () => {
    expect(await reaches({ word: 'a' })).toBe(true)
  })
  async function reaches(args: object): Promise<boolean> {
    const before = seen.length
    const text = await (await send(toolCall('spy', args))).text()
    expect(text).not.toContain('planted')
    return seen.length > before
  }

  test('invalid arguments are an error of the tool, which a model can read and mend', async () => {
    const answer = await send(toolCall('spy', { word: 'c' }))
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      result: { isError: true, content: [{ text: expect.stringMatching(/: word: value$/) }] },
    })
  })

  test('a tool that is called too often is a 429, which is problem document and JSON-RPC error in one', async () => {
    const limited = await startFixture({ limits: { tool: 1 } })
    const authorization = `Bearer ${await limited.token('tools:info')}`
    const { message, headers } = toolCall('get_server_info')
    await limited.post(message, { ...headers, authorization })
    const answer = await limited.post(message, { ...headers, authorization })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1'])
    expect(await answer.json()).toMatchObject({
      type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
      code: 'rate_limited',
      retryAfterMs: expect.any(Number),
      jsonrpc: '2.0',
      id: 1,
      error: { code: 429, data: { code: 'rate_limited', retryAfterMs: expect.any(Number) } },
    })
    await limited.stop()
  })
})

describe('docs/mcp-duties.md', () => {
  const duties = readFileSync(new URL('../../../docs/mcp-duties.md', import.meta.url), 'utf8')
  const named = [...duties.matchAll(/^\| .* \| `([^`]+)` \|$/gm)].map((row) => row[1]!)
  const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => readFileSync(`${import.meta.dirname}/${path}`, 'utf8'))
    .join('\n')

  test('every duty names a test that exists', () => {
    expect(named.length).toBeGreaterThan(25)
    expect(named.filter((name) => !sources.includes(`'${name}'`))).toEqual([])
  })
})

const NEEDY = { name: 'needy', title: 'Needy', description: 'Needs another scope.', scope: 'trading:read' }

/** As clients of 2025 ask, without the envelope of the newest revision. */
const OLD_LIST: Sent = {
  message: { jsonrpc: '2.0', id: 1, method: 'tools/list' },
  headers: { 'mcp-protocol-version': '2025-11-25' },
}

const METHODS: readonly Sent[] = [toolCall('spy'), rpc('tools/list'), rpc('server/discover'), OLD_LIST]
