import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startFixture, toolCall, type Fixture } from './support/fixture.ts'

/** Requests that no HTTP client would send, byte for byte, each with a good token unless it says otherwise. */
let fixture: Fixture
let token: string

beforeAll(async () => {
  fixture = await startFixture({ limits: { tool: 10_000, address: 10_000 } })
  token = await fixture.token('tools')
})
afterAll(() => fixture.stop())

interface Shape {
  /** In place of fields of the same name; null takes one away. */
  readonly fields?: Readonly<Record<string, string | null>>
  /** Whole lines beside them. */
  readonly more?: readonly string[]
  readonly body?: string
  readonly target?: string
}

const CALL = toolCall('get_server_info')
const BODY = JSON.stringify(CALL.message)
const base64 = (name: string): string => `=?base64?${Buffer.from(name).toString('base64')}?=`

test.each<[string, number, Shape]>([
  ['a good request', 200, {}],
  ['the scheme in lower case', 200, { fields: { authorization: 'bearer TOKEN' } }],
  ['a second Authorization field', 400, { more: ['Authorization: Bearer TOKEN'] }],
  ['a second field of another scheme', 400, { more: ['Authorization: Basic eDp5'] }],
  ['a folded field', 400, { fields: { authorization: 'Bearer\r\n TOKEN' } }],
  ['a quote in the token', 400, { fields: { authorization: 'Bearer x", error="y' } }],
  ['a token in the query as well', 400, { target: '/mcp?access_token=TOKEN' }],
  ['a token in the query, disguised', 400, { target: '/mcp?access%5Ftoken=TOKEN' }],
  ['a token in the body alone', 401, { fields: { authorization: null }, body: 'access_token=TOKEN' }],
  ['Mcp-Name of another tool', 400, { fields: { 'mcp-name': 'fetch_url' } }],
  ['Mcp-Name in upper case', 400, { fields: { 'mcp-name': 'GET_SERVER_INFO' } }],
  ['Mcp-Name twice', 400, { more: ['Mcp-Name: get_server_info'] }],
  ['Mcp-Name encoded', 200, { fields: { 'mcp-name': base64('get_server_info') } }],
  ['Mcp-Name of another tool encoded', 400, { fields: { 'mcp-name': base64('fetch_url') } }],
  ['Mcp-Method of another method', 400, { fields: { 'mcp-method': 'tools/list' } }],
  ['Mcp-Method twice', 400, { more: ['Mcp-Method: tools/list'] }],
  ['two revisions', 400, { more: ['MCP-Protocol-Version: 2025-11-25'] }],
  ['a batch', 400, { body: `[${BODY}]` }],
  ['a batch in the older era', 400, { body: `[${BODY}]`, fields: { 'mcp-protocol-version': '2025-11-25' } }],
  ['two names in the body', 400, { body: twice('"name":"fetch_url"') }],
  ['two names, one of them escaped', 400, { body: twice(String.raw`"n\u0061me":"fetch_url"`) }],
  ['a name that is a list', 400, { body: BODY.replace('"get_server_info"', '["get_server_info"]') }],
  ['a byte order mark', 400, { body: `\ufeff${BODY}` }],
  ['10,240 bytes', 200, { body: ofSize(10_240) }],
  ['10,241 bytes', 413, { body: ofSize(10_241) }],
  ['10,240 bytes in chunks', 200, chunked(ofSize(10_240), 1_000)],
  ['10,241 bytes in chunks', 413, chunked(ofSize(10_241), 1_000)],
  ['10,241 bytes in chunks of one', 413, chunked(ofSize(10_241), 1)],
  ['both framings', 400, { ...chunked(BODY, 100), fields: { 'transfer-encoding': 'chunked', 'content-length': '5' } }],
  [
    'a compressed transfer',
    400,
    { ...chunked(BODY, 100), fields: { 'transfer-encoding': 'gzip, chunked', 'content-length': null } },
  ],
  ['a compressed body', 415, { more: ['Content-Encoding: gzip'] }],
  ['another charset', 415, { fields: { 'content-type': 'application/json; charset=latin1' } }],
  ['two media types', 400, { more: ['Content-Type: text/plain'] }],
  [
    'forwarding fields',
    200,
    { more: ['X-Forwarded-Host: evil.test', 'X-Forwarded-Proto: https', 'Forwarded: host=evil.test'] },
  ],
  ['an opaque origin', 403, { more: ['Origin: null'] }],
  ['another Host', 400, { fields: { host: 'evil.test' } }],
  ['a second Host', 400, { more: ['Host: evil.test'] }],
  ['the absolute form', 400, { target: 'http://evil.test/mcp' }],
  ['the path in upper case', 404, { target: '/MCP' }],
  ['a slash at the end', 400, { target: '/mcp/' }],
  ['a method in a field', 200, { more: ['X-HTTP-Method-Override: DELETE'] }],
  ['a session id', 200, { more: ['Mcp-Session-Id: ../../x'] }],
])('%s is a %i', async (_, status, shape) => {
  const answer = await exchange(shape)
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  for (const segment of token.split('.')) expect(answer).not.toContain(segment)
  expect(answer).not.toContain('evil.test')
})

/** The answer to one request on a connection of its own. */
async function exchange({ fields = {}, more = [], body = BODY, target = '/mcp' }: Shape): Promise<string> {
  const { host, port } = new URL(fixture.origin)
  const all: Record<string, string | null> = {
    host,
    connection: 'close',
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'content-length': String(Buffer.byteLength(body)),
    authorization: 'Bearer TOKEN',
    ...CALL.headers,
    ...fields,
  }
  const lines = Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]))
  const request = [`POST ${target} HTTP/1.1`, ...lines, ...more, '', body].join('\r\n').replaceAll('TOKEN', token)
  const socket = connect(Number(port), '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => {})
  socket.write(request)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString('utf8')
}

function twice(member: string): string {
  return BODY.replace('"name":"get_server_info"', `"name":"get_server_info",${member}`)
}

function ofSize(bytes: number): string {
  const wrap = (text: string): string => BODY.replace('"arguments":{}', `"arguments":{"x":"${text}"}`)
  return wrap('x'.repeat(bytes - Buffer.byteLength(wrap(''))))
}

function chunked(body: string, size: number): Shape {
  const chunks: string[] = []
  for (let at = 0; at < body.length; at += size) {
    const part = body.slice(at, at + size)
    chunks.push(`${part.length.toString(16)}\r\n${part}\r\n`)
  }
  return {
    fields: { 'transfer-encoding': 'chunked', 'content-length': null },
    body: `${chunks.join('')}0\r\n\r\n`,
  }
}
