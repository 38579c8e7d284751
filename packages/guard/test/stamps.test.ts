import { createServer, type ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { exchange } from '../src/raw-exchange.ts'
import type { HeaderList } from '../src/request.ts'
import { Stamps } from '../src/stamps.ts'

/** What a handler answers, in the ways that frameworks have, must carry the stamped fields in each of them. */
const WAYS: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
  'end alone': (response) => response.end('x'),
  'writeHead with a status': (response) => response.writeHead(200).end('x'),
  'writeHead with an object': (response) => response.writeHead(200, { 'X-Own': 'o' }).end('x'),
  'writeHead with a reason': (response) => response.writeHead(200, 'Fine', { 'X-Own': 'o' }).end('x'),
  'writeHead with a list': (response) => response.writeHead(200, ['X-Own', 'o']).end('x'),
  'setHeader and end': (response) => response.setHeader('x-own', 'o').end('x'),
  'setHeader and writeHead': (response) => response.setHeader('x-own', 'n').writeHead(200, { 'x-own': 'o' }).end('x'),
  'flushHeaders and write': (response) => (response.flushHeaders(), response.write('x'), response.end()),
}

test.each(Object.entries(WAYS))('%s', async (name, answer) => {
  const fields = await fieldsOf(answer)
  expect(fields).toContainEqual(['x-stamped', 'one, two'])
  expect(fields.filter(([field]) => field === 'www-authenticate')).toEqual([
    ['www-authenticate', 'A'],
    ['www-authenticate', 'B'],
  ])
  expect(fields).toContainEqual(['cache-control', 'private'])
  if (name !== 'end alone' && /own|object|reason|list|set/i.test(name)) expect(fields).toContainEqual(['x-own', 'o'])
})

test.each([
  ['setHeader', (response: ServerResponse) => response.setHeader('X-Stamped', 'mine').end('x')],
  ['writeHead', (response: ServerResponse) => response.writeHead(200, { 'X-Stamped': 'mine' }).end('x')],
])('a field that a handler sets itself by %s wins', async (_way, answer) => {
  const fields = await fieldsOf(answer)
  expect(fields.filter(([name]) => name === 'x-stamped')).toEqual([['x-stamped', 'mine']])
})

test('a field that node refuses leaves nothing behind', async () => {
  const fields = await fieldsOf((response) => {
    expect(() => response.writeHead(200, { 'x-own': 'line\nbreak' })).toThrow('Invalid character')
    response.writeHead(500).end('x')
  })
  expect(fields.map(([name]) => name)).not.toContain('x-own')
  expect(fields).toContainEqual(['x-stamped', 'one, two'])
})

test('names of guards ignore case, as those of handlers do', async () => {
  const stamped = [
    ['Cache-Control', 'private'],
    ['cache-control', 'no-store'],
    ['X-Stamped', 'one'],
  ] as const
  for (const answer of [
    (response: ServerResponse) => response.writeHead(200, { 'x-STAMPED': 'mine' }).end('x'),
    (response: ServerResponse) => response.setHeader('x-STAMPED', 'mine').end('x'),
  ]) {
    const fields = await fieldsOf(answer, stamped)
    expect(fields.filter(([name]) => name === 'cache-control')).toEqual([['cache-control', 'no-store']])
    expect(fields.filter(([name]) => name === 'x-stamped')).toEqual([['x-stamped', 'mine']])
  }
})

test('cookies are never joined', async () => {
  const cookies = [
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ] as const
  for (const answer of [
    (response: ServerResponse) => response.writeHead(200).end('x'),
    (response: ServerResponse) => response.setHeader('x-own', 'o').end('x'),
  ]) {
    expect((await fieldsOf(answer, cookies)).filter(([name]) => name === 'set-cookie')).toEqual(cookies)
  }
})

test('an object that inherits a field does not send it', async () => {
  const given = Object.assign(Object.create({ 'x-inherited': 'i' }) as Record<string, string>, { 'x-own': 'o' })
  const fields = await fieldsOf((response) => response.writeHead(200, given).end('x'))
  expect(fields.map(([name]) => name)).toContain('x-own')
  expect(fields.map(([name]) => name)).not.toContain('x-inherited')
})

async function fieldsOf(
  answer: (response: ServerResponse) => unknown,
  stamped: HeaderList = STAMPED,
): Promise<readonly (readonly [name: string, value: string])[]> {
  const server = createServer((_request, response) => {
    const stamps = new Stamps(response)
    for (const [name, value] of stamped) stamps.add(name, value)
    // Express does this to every response.
    Object.setPrototypeOf(response, Object.create(Object.getPrototypeOf(response) as object) as object)
    answer(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  try {
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const [response] = await exchange(port, ['GET / HTTP/1.1\r\nHost: a\r\n\r\n'])
    return response!.headers
  } finally {
    server.close()
  }
}

const STAMPED = [
  ['x-stamped', 'one'],
  ['www-authenticate', 'A'],
  ['cache-control', 'no-store'],
  ['x-stamped', 'two'],
  ['www-authenticate', 'B'],
  ['cache-control', 'private'],
] as const
