import { ABORT, type Wire } from './raw-exchange.ts'

/** One row of the conformance table: bytes on the wire, and the answers every adapter gives. */
export interface ConformanceCase {
  readonly id: string
  readonly wire: Wire
  /** The status of every answer in order, without 100 Continue. */
  readonly statuses: readonly number[]
  /** The problem code of the last answer, if it is one. */
  readonly code?: string
  /** Part of the last answer's body. */
  readonly body?: string
}

/** What every adapter answers to the same bytes. The routes are those of `conformanceRoutes`. */
export const conformanceCases: readonly ConformanceCase[] = [
  { id: 'a plain GET', wire: [get('/open')], statuses: [200] },
  { id: 'a GET with a query', wire: [get('/seen?a=1&b=%20')], statuses: [200], body: '"target":"/seen?a=1&b=%20"' },
  { id: 'a parameter', wire: [get('/items/%C3%A9')], statuses: [200], body: '"route":"GET /items/:id"' },
  { id: 'a body with a length', wire: [post('hello')], statuses: [200], body: '"bytes":5' },
  { id: 'a body without bytes', wire: [post('')], statuses: [200], body: '"bytes":0' },
  { id: 'a chunked body', wire: [chunked(['he', 'llo'])], statuses: [200], body: '"bytes":5' },
  {
    id: 'a chunk extension and a trailer',
    wire: [`${head('POST /echo', 'Transfer-Encoding: chunked')}2;x=y\r\nhi\r\n0\r\nX-Trailer: 1\r\n\r\n`],
    statuses: [200],
    body: '"bytes":2',
  },
  {
    id: 'a body in small pieces',
    wire: [head('POST /echo', 'Content-Length: 3'), 'a', 20, 'b', 20, 'c'],
    statuses: [200],
  },
  {
    id: 'bytes that are not text',
    wire: [post(new Uint8Array([0, 255, 13, 10]))].flat(),
    statuses: [200],
    body: '"bytes":4',
  },
  { id: 'exactly the limit', wire: [post('x'.repeat(10_240))], statuses: [200], body: '"bytes":10240' },
  { id: 'one byte over the limit', wire: [post('x'.repeat(10_241))], statuses: [413], code: 'body_too_large' },
  {
    id: 'a chunked body over the limit',
    wire: [chunked(['x'.repeat(6_000), 'x'.repeat(6_000)])],
    statuses: [413],
    code: 'body_too_large',
  },
  { id: 'a long body over the limit', wire: [post('x'.repeat(200_000))], statuses: [413], code: 'body_too_large' },
  // Content-Length lies
  {
    id: 'a length that is too short',
    wire: [`${head('POST /echo', 'Content-Length: 2')}hello\r\n\r\n`],
    statuses: [400],
  },
  {
    id: 'a length that is too long',
    wire: [`${head('POST /echo', 'Content-Length: 9')}hello`],
    statuses: [400],
    code: 'request_malformed',
  },
  { id: 'two lengths', wire: [`${head('POST /echo', 'Content-Length: 2', 'Content-Length: 3')}hi`], statuses: [400] },
  { id: 'a negative length', wire: [`${head('POST /echo', 'Content-Length: -1')}hi`], statuses: [400] },
  {
    id: 'a length and chunks',
    wire: [`${head('POST /echo', 'Content-Length: 2', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
    statuses: [400],
  },
  {
    id: 'another transfer coding',
    wire: [`${head('POST /echo', 'Transfer-Encoding: gzip, chunked')}0\r\n\r\n`],
    statuses: [400],
  },
  {
    id: 'a malformed chunk',
    wire: [`${head('POST /echo', 'Transfer-Encoding: chunked')}zz\r\nhi\r\n`],
    statuses: [400],
  },
  // Duplicate and malformed fields
  { id: 'no Host', wire: ['GET /open HTTP/1.1\r\n\r\n'], statuses: [400], code: 'host_invalid' },
  { id: 'two Hosts', wire: [get('/open', 'Host: other')], statuses: [400], code: 'host_invalid' },
  {
    id: 'a Host with a path',
    wire: ['GET /open HTTP/1.1\r\nHost: a/b\r\n\r\n'],
    statuses: [400],
    code: 'host_invalid',
  },
  {
    id: 'a Host with a user',
    wire: ['GET /open HTTP/1.1\r\nHost: u@a\r\n\r\n'],
    statuses: [400],
    code: 'host_invalid',
  },
  {
    id: 'two content types',
    wire: [post('{}', 'Content-Type: application/json', 'Content-Type: text/plain')].flat(),
    statuses: [400],
  },
  {
    id: 'a duplicate field is visible',
    wire: [get('/seen', 'X-Twice: a', 'X-Twice: b')],
    statuses: [200],
    body: '"twice":["a","b"]',
  },
  {
    id: 'a joined field is one value',
    wire: [get('/seen', 'X-Twice: a, b')],
    statuses: [200],
    body: '"twice":["a, b"]',
  },
  { id: 'a space before the colon', wire: [get('/open', 'X-A : b')], statuses: [400] },
  { id: 'a folded field', wire: [get('/open', 'X-A: b\r\n c')], statuses: [400] },
  { id: 'a bare line feed', wire: ['GET /open HTTP/1.1\nHost: a\n\n'], statuses: [400] },
  {
    id: 'too many fields',
    wire: [get('/open', ...Array.from({ length: 101 }, (_, i) => `X-${i}: 1`))],
    statuses: [431],
    code: 'headers_too_large',
  },
  {
    id: 'too long a header section',
    wire: [get('/open', `X-A: ${'x'.repeat(20_000)}`)],
    statuses: [431],
    code: 'headers_too_large',
  },
  // Targets that routers read in different ways
  ...[
    '//open',
    '/./open',
    '/a/../open',
    '/open/',
    '/open/.',
    '/%6Fpen',
    '/%2e/open',
    '/open%2F',
    '/open%5C',
    '/open%00',
    '/op%65n',
    '/items/%2f',
    '/items/a%2Fb',
    '/items/%c3%a9',
    '/items/%FF',
    '/items/%zz',
    '/open?',
    '/open?a=%6F',
    "/open?a='b'",
    '/open#f',
    '/open?a#f',
    '/open?a=%',
    '*',
    'http://conformance.test/open',
    '/open\\x',
    '/open|x',
    '/open?a=[b]',
  ].map(
    (target): ConformanceCase => ({
      id: `target ${target}`,
      wire: [get(target)],
      statuses: [400],
      code: 'target_not_canonical',
    }),
  ),
  { id: 'a target without a slash', wire: [get('open')], statuses: [400], code: 'request_malformed' },
  { id: 'another case is another path', wire: [get('/OPEN')], statuses: [404], code: 'not_found' },
  { id: 'a path parameter is part of the segment', wire: [get('/open;x=1')], statuses: [404], code: 'not_found' },
  { id: 'an unknown path', wire: [get('/nothing')], statuses: [404], code: 'not_found' },
  // Methods
  {
    id: 'a method the path does not serve',
    wire: [request('DELETE', '/echo')],
    statuses: [405],
    code: 'method_not_allowed',
  },
  { id: 'TRACE', wire: [request('TRACE', '/open')], statuses: [405], code: 'method_not_allowed' },
  { id: 'OPTIONS', wire: [request('OPTIONS', '/open')], statuses: [405], code: 'method_not_allowed' },
  {
    id: 'a CORS preflight',
    wire: [request('OPTIONS', '/echo', 'Origin: https://evil.example', 'Access-Control-Request-Method: POST')],
    statuses: [405],
    code: 'method_not_allowed',
  },
  { id: 'HEAD', wire: [request('HEAD', '/open')], statuses: [405] },
  { id: 'an unknown method', wire: [request('BREW', '/open')], statuses: [400] },
  {
    id: 'CONNECT',
    wire: ['CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n'],
    statuses: [405],
    code: 'method_not_allowed',
  },
  {
    id: 'an upgrade is served as a plain request',
    wire: [get('/open', 'Connection: Upgrade', 'Upgrade: websocket')],
    statuses: [200],
  },
  { id: 'another protocol version', wire: ['GET /open HTTP/3.7\r\nHost: a\r\n\r\n'], statuses: [400] },
  // Expectations, codings, pipelining, aborts
  {
    id: 'an expected continue',
    wire: [head('POST /echo', 'Content-Length: 2', 'Expect: 100-continue'), 60, 'hi'],
    statuses: [200],
    body: '"bytes":2',
  },
  {
    id: 'an expected continue over the limit',
    wire: [head('POST /echo', 'Content-Length: 99999', 'Expect: 100-continue')],
    statuses: [413],
  },
  { id: 'another expectation', wire: [get('/open', 'Expect: tea')], statuses: [417], code: 'expectation_failed' },
  {
    id: 'a compressed body',
    wire: [post('hi', 'Content-Encoding: gzip')].flat(),
    statuses: [415],
    code: 'media_type_unsupported',
  },
  { id: 'an identity coding', wire: [post('hi', 'Content-Encoding: identity')].flat(), statuses: [415] },
  { id: 'pipelined requests', wire: [`${get('/open')}${post('hi')}${get('/seen')}`], statuses: [200, 200, 200] },
  { id: 'a refusal in a pipeline', wire: [`${get('/open/')}${get('/open')}`], statuses: [400, 200] },
  { id: 'an aborted upload', wire: [`${head('POST /echo', 'Content-Length: 9')}he`, 20, ABORT], statuses: [] },
  { id: 'the server lives on', wire: [get('/open')], statuses: [200] },
]

/** Like {@link conformanceCases}, for what takes seconds. */
export const slowConformanceCases: readonly ConformanceCase[] = [
  {
    id: 'a header section that never ends',
    wire: ['GET /open HTTP/1.1\r\nHost: a\r\nX-A: ', 7_000],
    statuses: [408],
    code: 'body_incomplete',
  },
  {
    id: 'a body that never ends',
    wire: [`${head('POST /echo', 'Content-Length: 9')}he`, 6_000],
    statuses: [408],
    code: 'body_incomplete',
  },
]

function head(line: string, ...fields: string[]): string {
  return [`${line} HTTP/1.1`, 'Host: conformance.test', ...fields, '', ''].join('\r\n')
}

function request(method: string, target: string, ...fields: string[]): string {
  return head(`${method} ${target}`, ...fields)
}

function get(target: string, ...fields: string[]): string {
  return request('GET', target, ...fields)
}

function post(body: string | Uint8Array, ...fields: string[]): string {
  const bytes = Buffer.from(body)
  return `${request('POST', '/echo', `Content-Length: ${bytes.length}`, ...fields)}${bytes.toString('latin1')}`
}

function chunked(parts: readonly string[]): string {
  const chunks = parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`)
  return `${request('POST', '/echo', 'Transfer-Encoding: chunked')}${chunks.join('')}0\r\n\r\n`
}
