import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { stopServer } from '../src/node.ts'
import { conformanceRoutes, exchange, type RawResponse, type Seen } from '../src/testing.ts'
import { ADAPTERS, listen } from './adapters.ts'

const REQUESTS = 10_000
const IN_FLIGHT = 16

interface Sample {
  readonly line: string
  readonly fields: readonly string[]
  readonly body: string | undefined
  readonly chunked: boolean
}

const segment = fc.constantFrom(
  'open',
  'seen',
  'echo',
  'items',
  '7',
  'OPEN',
  'a%20b',
  '%C3%A9',
  '%6Fpen',
  '.',
  '..',
  '',
  'a;b',
  "'",
  '%2F',
  '%00',
  'x:y',
  '*',
)
const target = fc
  .tuple(
    fc.array(segment, { minLength: 1, maxLength: 3 }),
    fc.constantFrom('', '', '?', '?a=1', '?a=%20&a=2', "?'", '?%41', '#f', '/'),
  )
  .map(([segments, end]) => `/${segments.join('/')}${end}`)
const method = fc.constantFrom('GET', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH')
const served = fc.constantFrom(
  'GET /open',
  'GET /seen',
  'GET /seen?a=1',
  'GET /items/7',
  'GET /items/%C3%A9',
  'POST /echo',
  'POST /echo',
)
const harmless = fc.subarray(
  ['X-Twice: a', 'X-Twice: b', 'X-Twice: c, d', 'Content-Type: text/plain', 'Upgrade: h2c'],
  { maxLength: 2 },
)
const odd = fc.constantFrom('Content-Encoding: gzip', 'Host: again', 'Expect: tea', 'Content-Type: a/b', 'X-Bad : 1')
const samples: fc.Arbitrary<Sample> = fc.record({
  line: fc.oneof(
    { arbitrary: served, weight: 3 },
    { arbitrary: fc.tuple(method, target).map((both) => both.join(' ')), weight: 2 },
  ),
  fields: fc.oneof(
    { arbitrary: harmless, weight: 3 },
    { arbitrary: fc.tuple(harmless, odd).map(([some, one]) => [...some, one]), weight: 1 },
  ),
  body: fc.option(fc.oneof(fc.string({ maxLength: 60 }), fc.constantFrom('x'.repeat(10_240), 'x'.repeat(10_241))), {
    nil: undefined,
  }),
  chunked: fc.boolean(),
})

function wireOf({ line, fields, body, chunked }: Sample): string {
  const head = [`${line} HTTP/1.1`, 'Host: conformance.test', 'X-Request-ID: the-same-id', ...fields]
  if (body === undefined) return [...head, '', ''].join('\r\n')
  if (!chunked) return [...head, `Content-Length: ${body.length}`, '', body].join('\r\n')
  const chunk = body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`
  return [...head, 'Transfer-Encoding: chunked', '', `${chunk}0\r\n\r\n`].join('\r\n')
}

/** Without the request id, which is new where the parser itself refused. */
function comparable({ status, body }: RawResponse): { status: number; body: string } {
  return { status, body: body.replace(/"requestId":"[^"]*"/, '') }
}

test('the four adapters admit the same requests with the same bytes to the same route', {
  timeout: 300_000,
}, async () => {
  const servers = await Promise.all(Object.values(ADAPTERS).map((serve) => serve(conformanceRoutes)))
  const ports = await Promise.all(servers.map(listen))
  const todo = fc.sample(samples, { numRuns: REQUESTS, seed: 9421 })
  const divergent: unknown[] = []
  let admitted = 0
  const worker = async (): Promise<void> => {
    for (let sample = todo.pop(); sample !== undefined; sample = todo.pop()) {
      const wire = wireOf(sample)
      const answers = await Promise.all(ports.map(async (port) => (await exchange(port, [wire])).map(comparable)))
      const [first] = answers
      if (answers.some((answer) => JSON.stringify(answer) !== JSON.stringify(first)))
        divergent.push({ sample, answers })
      if (first?.[0]?.status !== 200 || !first[0].body.includes('sha256')) continue
      admitted += 1
      const seen = JSON.parse(first[0].body) as Seen
      const sent = createHash('sha256')
        .update(sample.body ?? '', 'latin1')
        .digest('hex')
      if (seen.sha256 !== sent || !sample.line.endsWith(` ${seen.target}`)) divergent.push({ sample, seen })
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
  expect(divergent.slice(0, 3)).toEqual([])
  expect(admitted).toBeGreaterThan(REQUESTS / 4)
  await Promise.all(servers.map((server) => stopServer(server, 100)))
})
