import { setTimeout as sleep } from 'node:timers/promises'
import { McpServer } from '@modelcontextprotocol/server'
import { createLogger } from '@ringfence/log-redaction'
import { verifies, violates } from '@ringfence/policy'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { type McpEndpoint, mcpEndpoint } from '../src/mcp/mcp-endpoint.ts'
import { defineTool } from '../src/tools/tool.ts'
import { rpc, startFixture, toolCall, type Fixture } from './support/fixture.ts'
import { tokenSigner } from './support/token-signer.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await startFixture({ limits: { address: 10_000, tool: 1_000 } })
})
afterAll(() => fixture.stop())

/** A raw call of a tool; without a scope no token is sent. */
async function call(
  name: string,
  scope: string | undefined,
  args: object = {},
  extra: Record<string, string> = {},
): Promise<Response> {
  const { message, headers } = toolCall(name, args)
  const bearer = scope === undefined ? {} : { authorization: `Bearer ${await fixture.token(scope)}` }
  return fixture.post(message, { ...headers, ...bearer, ...extra })
}

const codeOf = async (response: Response): Promise<string> => ((await response.json()) as { code: string }).code

describe.each(['default', 'newest'] as const)('the official client, %s revision', (revision) => {
  test('lists and calls a tool through the guards', async () => {
    const client = await fixture.connect(await fixture.token('tools:info'), revision)
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(['get_server_info'])
    expect(tools[0]?.inputSchema).toMatchObject({ additionalProperties: false })
    const { content } = await client.callTool({ name: 'get_server_info', arguments: {} })
    expect(content).toMatchObject([{ type: 'text', text: expect.stringContaining('"client":"tester"') }])
    await client.close()
  })

  test('sees the tools of its scopes and no others', async () => {
    const client = await fixture.connect(await fixture.token('tools:info tools:fetch'), revision)
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['get_server_info', 'fetch_url'])
    await client.close()
  })
})

describe('who may call', () => {
  verifies('TS-09', 'no token, a malformed one and a bad one get their challenges', async () => {
    const missing = await call('get_server_info', undefined)
    expect([missing.status, await codeOf(missing)]).toEqual([401, 'credentials_missing'])
    const challenge = missing.headers.get('www-authenticate')
    expect(challenge).toMatch(
      /^Bearer .*resource_metadata="http:\/\/127\.0\.0\.1:\d+\/\.well-known\/oauth-protected-resource\/mcp"/,
    )
    expect(challenge).not.toContain('error=')
    const malformed = await call('get_server_info', undefined, {}, { authorization: 'Bearer  two  spaces' })
    expect([malformed.status, await codeOf(malformed)]).toEqual([400, 'credentials_malformed'])
    const bad = await call('get_server_info', undefined, {}, { authorization: 'Bearer abc.def.ghi' })
    expect([bad.status, await codeOf(bad)]).toEqual([401, 'credentials_invalid'])
    expect(bad.headers.get('www-authenticate')).toContain('error="invalid_token"')
  })
  violates('TS-09', 'a good token is not answered with a challenge', async () => {
    const good = await call('get_server_info', 'tools:info')
    expect(good.status).toBe(200)
    expect(good.headers.get('www-authenticate')).toBeNull()
  })

  test('a token for another audience is refused', async () => {
    const token = await fixture.token('tools:info', 'https://other.example/api')
    const response = await call('get_server_info', undefined, {}, { authorization: `Bearer ${token}` })
    expect([response.status, await codeOf(response)]).toEqual([401, 'credentials_invalid'])
  })

  test('a missing scope is a 403 that names it', async () => {
    const response = await call('fetch_url', 'tools:info', { url: 'https://example.com/' })
    expect([response.status, await codeOf(response)]).toEqual([403, 'insufficient_scope'])
    expect(response.headers.get('www-authenticate')).toContain('scope="tools:fetch"')
  })

  test('every path but the open ones asks for a token', async () => {
    const routes = fixture.app.explain().split('\n\n')
    expect(routes.filter((route) => !route.includes('bearerAuth')).map((route) => route.split('\n')[0])).toEqual([
      'GET /healthz',
      'GET /readyz',
      'GET /.well-known/oauth-protected-resource/mcp',
    ])
  })
})

describe('what may be sent', () => {
  const bearer = async (): Promise<Record<string, string>> => ({
    authorization: `Bearer ${await fixture.token('tools:info')}`,
  })

  test('one message: a batch, a scalar and broken JSON are refused', async () => {
    for (const body of [
      '[]',
      '[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]',
      '"x"',
      'null',
      '{',
      '{"a":1,"a":2}',
    ]) {
      const response = await fixture.post(body, await bearer())
      expect([response.status, await codeOf(response)]).toEqual([400, 'body_malformed'])
    }
  })

  verifies('TS-16', 'more than 10,240 bytes are refused, announced or not', async () => {
    const large = JSON.stringify({ padding: 'x'.repeat(10_241) })
    const announced = await fixture.post(large, await bearer())
    const streamed = await fetch(fixture.resource, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(await bearer()) },
      body: new Blob([large]).stream(),
      duplex: 'half',
    })
    expect([announced.status, streamed.status]).toEqual([413, 413])
  })
  violates('TS-16', 'the same call within the limit is served', async () => {
    const { message, headers } = toolCall('get_server_info')
    const padded = JSON.stringify(message).padEnd(10_240, ' ')
    expect((await fixture.post(padded, { ...headers, ...(await bearer()) })).status).toBe(200)
    expect((await fixture.post(`${padded} `, { ...headers, ...(await bearer()) })).status).toBe(413)
  })

  test('an unknown argument, another type and an internal URL never reach a tool', async () => {
    for (const args of [
      { url: 'https://example.com/', evil: 1 },
      { url: 7 },
      { url: 'http://example.com/' },
      { url: 'https://10.0.0.1/' },
    ]) {
      const response = await call('fetch_url', 'tools:fetch', args)
      expect(await response.json()).toMatchObject({ result: { isError: true } })
    }
  })

  test('GET and DELETE are not served', async () => {
    for (const method of ['GET', 'DELETE']) {
      const response = await fetch(fixture.resource, { method, headers: await bearer() })
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
    }
  })

  verifies('TS-18/origin', 'a foreign Origin is a 403', async () => {
    const response = await call('get_server_info', 'tools:info', {}, { origin: 'https://evil.example' })
    expect([response.status, await codeOf(response)]).toEqual([403, 'origin_not_allowed'])
  })
  violates('TS-18/origin', 'a listed Origin is served, and still gets no CORS field', async () => {
    const listed = await startFixture({ origins: ['https://console.example'] })
    const { message, headers } = toolCall('get_server_info')
    const authorization = `Bearer ${await listed.token('tools:info')}`
    const response = await listed.post(message, { ...headers, authorization, origin: 'https://console.example' })
    expect(response.status).toBe(200)
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    await listed.stop()
  })
})

describe('limits', () => {
  test('one tool by one client: the eleventh call of a second is a 429', async () => {
    const limited = await startFixture()
    const { message, headers } = toolCall('get_server_info')
    const authorization = `Bearer ${await limited.token('tools:info')}`
    const statuses = await Promise.all(
      Array.from({ length: 11 }, async () => (await limited.post(message, { ...headers, authorization })).status),
    )
    expect(statuses.filter((status) => status === 429)).toHaveLength(1)
    await limited.stop()
  })
})

describe('what gets out', () => {
  verifies('TS-20', 'no token, nor a segment of one, is logged or answered', async () => {
    const token = await fixture.token('tools:info')
    const forged = `${token.slice(0, -4)}AAAA`
    const { message, headers } = toolCall('get_server_info')
    const answers = await Promise.all(
      [token, forged].map(async (one) =>
        (await fixture.post(message, { ...headers, authorization: `Bearer ${one}` })).text(),
      ),
    )
    const output = [...answers, ...fixture.log].join('\n')
    for (const segment of [...token.split('.'), ...forged.split('.')]) expect(output).not.toContain(segment)
    expect(fixture.log.join('')).toContain('wrong_signature')
  })
  violates('TS-20', 'the same search finds a token that is planted in an answer', async () => {
    const token = await fixture.token('tools:info')
    const response = await call('get_server_info', 'tools:info')
    const planted = `${await response.text()}${token}`
    expect(token.split('.').some((segment) => planted.includes(segment))).toBe(true)
  })

  test('a tool that throws tells the caller nothing and the operator all', async () => {
    const broken = defineTool({
      name: 'broken',
      title: 'Broken',
      description: 'Throws.',
      scope: 'tools:info',
      input: z.strictObject({}),
      run: () => Promise.reject(new Error('planted-detail')),
    })
    const other = await startFixture({ tools: [broken] })
    const { message, headers } = toolCall('broken')
    const authorization = `Bearer ${await other.token('tools:info')}`
    const text = await (await other.post(message, { ...headers, authorization })).text()
    expect(text).toContain('The tool failed.')
    expect(text).not.toContain('planted-detail')
    expect(other.log.join('')).toContain('planted-detail')
    await other.stop()
  })

  test('the resource metadata names resource, issuer and scopes, without a CORS field', async () => {
    const response = await fetch(`${fixture.origin}/.well-known/oauth-protected-resource/mcp`)
    expect(await response.json()).toMatchObject({
      resource: fixture.resource,
      scopes_supported: ['tools:info', 'tools:fetch'],
      bearer_methods_supported: ['header'],
    })
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('health', () => {
  verifies('TS-10', '/healthz and /readyz answer without a token', async () => {
    for (const path of ['/healthz', '/readyz']) {
      await expect.poll(async () => (await fetch(`${fixture.origin}${path}`)).status).toBe(200)
    }
  })
  violates('TS-10', 'while the guarded route does not', async () => {
    expect((await call('get_server_info', undefined)).status).toBe(401)
  })

  test('without an issuer: alive, not ready, and a token is neither good nor bad', async () => {
    const down = await startFixture({ issuerIsDown: true })
    const good = await fetch(`${down.origin}/healthz`)
    const ready = await fetch(`${down.origin}/readyz`)
    expect([good.status, ready.status]).toEqual([200, 503])
    const { message, headers } = toolCall('get_server_info')
    const answerTo = async (token: string): Promise<Response> =>
      down.post(message, { ...headers, authorization: `Bearer ${token}` })
    // Whoever signed it, a token of another issuer is not good.
    expect((await answerTo(await fixture.token('tools:info', down.resource))).status).toBe(401)
    const claims = { iss: down.issuer, aud: down.resource, client_id: 'tester', jti: 'j-1' }
    const unjudged = await answerTo(tokenSigner().sign(claims))
    expect([unjudged.status, unjudged.headers.get('www-authenticate')]).toEqual([503, null])
    expect(Number(unjudged.headers.get('retry-after'))).toBeGreaterThan(0)
    await down.stop()
  })

  test('a stop ends a stream that only waits, at once', async () => {
    const stopping = await startFixture({ endpoint: endpointWithNews() })
    const authorization = `Bearer ${await stopping.token('tools:info')}`
    const stream = (await stopping.post(LISTEN.message, { ...LISTEN.headers, authorization })).body!.getReader()
    const text = async (): Promise<string> => new TextDecoder().decode((await stream.read()).value)
    expect(await text()).toContain('subscriptions/acknowledged')
    const next = text()
    expect(await Promise.race([next, sleep(100, 'still open')])).toBe('still open')
    const started = performance.now()
    await stopping.app.close()
    expect(performance.now() - started).toBeLessThan(8_000)
    expect(await next).toContain('"resultType":"complete"')
    await stopping.stop()
  })

  test('no more than 64 streams wait at a time', async () => {
    const crowded = await startFixture({ endpoint: endpointWithNews(), limits: { tool: 1_000, address: 1_000 } })
    const authorization = `Bearer ${await crowded.token('tools:info')}`
    const listen = (): Promise<Response> => crowded.post(LISTEN.message, { ...LISTEN.headers, authorization })
    const streams = await Promise.all(Array.from({ length: 64 }, listen))
    expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]))
    const refused = await listen()
    expect(await refused.json()).toMatchObject({ error: { code: expect.any(Number) } })
    await streams[0]!.body!.cancel()
    await expect.poll(async () => (await listen()).headers.get('content-type')).toBe('text/event-stream')
    await crowded.stop()
  })

  test.each(['newest', 'older'] as const)('a stop lets a call in flight finish, %s revision', async (revision) => {
    let begin = (): void => undefined
    const begun = new Promise<void>((resolve) => (begin = resolve))
    const slow = defineTool({
      name: 'slow',
      title: 'Slow',
      description: 'Takes a while.',
      scope: 'tools:slow',
      input: z.strictObject({}),
      run: () => {
        begin()
        return sleep(300, 'done')
      },
    })
    const stopping = await startFixture({ tools: [slow] })
    const old = { message: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'slow' } }, headers: {} }
    const { message, headers } = revision === 'newest' ? toolCall('slow') : old
    const authorization = `Bearer ${await stopping.token('tools:slow')}`
    const answer = stopping.post(message, { ...headers, authorization })
    await begun
    const stopped = stopping.app.close()
    expect((await answer).headers.get('content-type')).toMatch(revision === 'newest' ? /json/ : /event-stream/)
    expect(await (await answer).text()).toContain('"text":"done"')
    await stopped
    await stopping.stop()
  })
})

const LISTEN = rpc('subscriptions/listen', { notifications: { toolsListChanged: true } })

/** The endpoint of a server whose tools may change, so that its subscriptions stay open. */
function endpointWithNews(): McpEndpoint {
  const serverFor = (): McpServer =>
    new McpServer({ name: 'news', version: '1' }, { capabilities: { tools: { listChanged: true } } })
  const logger = createLogger({ name: 'test', level: 'silent' })
  return mcpEndpoint({ resource: 'https://tools.example/mcp', logger, serverFor })
}
