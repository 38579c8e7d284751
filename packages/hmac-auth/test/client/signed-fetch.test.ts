import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { guards, systemClock, type Clock } from '@ringfence/guard'
import { guarded, guardNode } from '@ringfence/guard/node'
import { freePort } from '@ringfence/redis/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { signedFetch, type SignedFetch, type SignedRequestInit } from '../../src/client.ts'
import { generateApiKey, hmacAuth, memoryReplayStore, type GeneratedApiKey } from '../../src/index.ts'

const TAG = 'ringfence-trading'

/** A real server whose clock is this much ahead, and what it saw. */
async function server(options: { aheadMs?: number; justStarted?: boolean } = {}): Promise<{
  url: string
  key: GeneratedApiKey
  seen: string[]
  send: SignedFetch
}> {
  const key = generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] })
  const seen: string[] = []
  const ahead = options.aheadMs ?? 0
  const clock: Clock = { now: () => Date.now() + ahead, monotonic: () => performance.now() }
  // A store that began ten seconds ago, unless the test is about its beginning.
  let began = false
  const storeClock: Clock = {
    now: () => (began ? clock.now() : clock.now() - 10_000),
    monotonic: () => performance.now(),
  }
  const replay = memoryReplayStore({ clock: options.justStarted === true ? systemClock : storeClock })
  began = true
  const authorities: string[] = ['placeholder.invalid']
  const auth = (): ReturnType<typeof hmacAuth> => hmacAuth({ keys: [key], authorities, tag: TAG, replay, clock })
  const port = await freePort()
  authorities[0] = `127.0.0.1:${port}`
  authorities.push(`localhost:${port}`)
  const chain = guards().use(auth())
  const answer = guarded(chain, (ctx, message, response) => {
    seen.push(`${message.method} ${message.url} ${ctx.principal.id}`)
    if (message.url === '/moved') response.writeHead(302, { location: '/v1/orders' })
    response.end('done')
  })
  const app = guardNode(
    { 'GET /': answer, 'GET /v1/orders': answer, 'POST /v1/orders': answer, 'GET /moved': answer },
    { ...(ahead !== 0 && { responseHeaders: [['date', new Date(clock.now()).toUTCString()]] }) },
  )
  app.listen(port, '127.0.0.1')
  await once(app, 'listening')
  onTestFinished(() => {
    app.closeAllConnections()
    app.close()
  })
  const send = signedFetch({ keyId: key.id, secret: key.secret, tag: TAG })
  return { url: `http://127.0.0.1:${port}`, key, seen, send }
}

describe('against a real server', () => {
  test('GET and POST are accepted, each with a signature of its own', async () => {
    const { url, seen, send, key } = await server()
    for (let i = 0; i < 3; i++) expect((await send(`${url}/v1/orders?limit=5&a=%20b`)).status).toBe(200)
    const body = JSON.stringify({ quantity: '1', note: 'é' })
    expect((await send(`${url}/v1/orders`, { method: 'POST', body })).status).toBe(200)
    expect((await send(`${url}/v1/orders`, { method: 'POST', body: new Uint8Array([1, 2]) })).status).toBe(200)
    expect(seen).toHaveLength(5)
    expect(seen[0]).toBe(`GET /v1/orders?limit=5&a=%20b ${key.id}`)
  })

  test('a redirect is an answer', async () => {
    const { url, seen, send } = await server()
    expect((await send(`${url}/moved`)).status).toBe(302)
    expect(seen).toHaveLength(1)
  })

  test('the session id and the API version are sent and signed', async () => {
    const { url, key } = await server()
    const sent: Headers[] = []
    const send = signedFetch({
      keyId: key.id,
      secret: key.secret,
      tag: TAG,
      apiVersion: '1',
      fetch: async (to, init) => {
        sent.push(new Headers(init.headers))
        return fetch(to, init)
      },
    })
    expect((await send(`${url}/v1/orders`, { sessionId: 'abc' })).status).toBe(200)
    expect(sent[0]?.get('x-session-id')).toBe('abc')
    expect(sent[0]?.get('signature-input')).toContain('"x-session-id" "x-api-version"')
  })

  test('the Python client of the documentation is accepted', async () => {
    const { url, key, seen } = await server()
    const script = fileURLToPath(new URL('../../../../docs/examples/sign.py', import.meta.url))
    const env = { RINGFENCE_KEY_ID: key.id, RINGFENCE_KEY_SECRET: key.secret }
    const run = promisify(execFile)
    const get = await run('python3', [script, 'GET', `${url}/v1/orders?limit=5`], { env })
    expect(get.stdout).toBe('200 done\n')
    const post = await run('python3', [script, 'POST', `${url}/v1/orders`, '{"note":"é"}'], {
      env: { ...env, RINGFENCE_SESSION_ID: 'abc', PYTHONUTF8: '1' },
    })
    expect(post.stdout).toBe('200 done\n')
    expect(seen).toHaveLength(2)
    // What urllib sends differs from what was typed: "/" for no path, the host in its own case.
    for (const typed of [url, `${url.replace('127.0.0.1', 'LocalHost')}/v1/orders?a`]) {
      expect((await run('python3', [script, 'GET', typed], { env })).stdout).toBe('200 done\n')
    }
    const wrong = await run('python3', [script, 'GET', `${url}/v1/orders`], { env: { ...env, RINGFENCE_TAG: 'other' } })
    expect(wrong.stdout).toMatch(/^401 .*credentials_invalid/)
  })
})

describe('a clock that is off', () => {
  test.each([20_000, -20_000])('by %i ms is corrected, and later requests start right', async (aheadMs) => {
    const { url, seen, send } = await server({ aheadMs })
    expect((await send(`${url}/v1/orders`, { method: 'POST', body: '{}' })).status).toBe(200)
    expect((await send(`${url}/v1/orders`)).status).toBe(200)
    expect(seen).toHaveLength(2)
  })

  test('by more than 30 s is not', async () => {
    const { url, seen, send } = await server({ aheadMs: 40_000 })
    const response = await send(`${url}/v1/orders`)
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ code: 'request_stale' })
    expect(seen).toEqual([])
  })
})

describe('a server that has just started', () => {
  test('answers a GET a moment later', async () => {
    const { url, send } = await server({ justStarted: true })
    expect((await send(`${url}/v1/orders`)).status).toBe(200)
  })

  test('a POST is not repeated on a guess', async () => {
    const { url, seen, send } = await server({ justStarted: true })
    const response = await send(`${url}/v1/orders`, { method: 'POST', body: '{}' })
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(seen).toEqual([])
  })
})

describe('while it waits to repeat a GET', () => {
  const busy = (body: ReadableStream | null): Response =>
    new Response(body, { status: 503, headers: { 'retry-after': '5' } })
  const key = generateApiKey({ scope: 'read', allow: ['127.0.0.1'] })
  const client = (answer: () => Response): SignedFetch =>
    signedFetch({ keyId: key.id, secret: key.secret, tag: TAG, fetch: async () => answer() })

  test('the caller can give up, and gets the reason that fetch would give', async () => {
    const asked: number[] = []
    const send = client(() => (asked.push(1), busy(null)))
    const reason = new Error('no longer wanted')
    const abort = new AbortController()
    const answer = send('http://127.0.0.1:1/', { signal: abort.signal })
    setTimeout(() => abort.abort(reason), 20)
    const started = performance.now()
    await expect(answer).rejects.toBe(reason)
    expect(performance.now() - started).toBeLessThan(2_000)
    expect(asked).toHaveLength(1)
  })

  test('the first answer does not keep its connection', async () => {
    const abort = new AbortController()
    let drop!: (dropped: true) => void
    const dropped = new Promise<true>((resolve) => (drop = resolve))
    const answer = client(() => busy(new ReadableStream({ cancel: () => drop(true) })))('http://127.0.0.1:1/', {
      signal: abort.signal,
    })
    expect(await dropped).toBe(true)
    abort.abort()
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' })
  })
})

test.each([[undefined], ['1000000']])('a refusal without end is not read, said to be %s bytes', async (length) => {
  const { id: keyId, secret } = generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] })
  let read = 0
  const endless = new ReadableStream({ pull: () => void read++ }, { highWaterMark: 0 })
  const headers = { 'content-type': 'application/problem+json', ...(length && { 'content-length': length }) }
  const send = signedFetch({
    keyId,
    secret,
    tag: TAG,
    fetch: async () => new Response(endless, { status: 401, headers }),
  })
  expect((await send('http://127.0.0.1:7101/')).status).toBe(401)
  expect(read).toBe(0)
})

test('what cannot be signed is refused before it is sent', async () => {
  const { key } = await server()
  const send = signedFetch({
    keyId: key.id,
    secret: key.secret,
    tag: TAG,
    fetch: () => Promise.reject(new Error('sent')),
  })
  for (const [url, init] of [
    ['ftp://127.0.0.1/', {}],
    ['http://user:password@127.0.0.1/', {}],
    ['http://127.0.0.1/', { method: 'post' }],
    ['http://127.0.0.1/', { headers: { signature: 'x' } }],
    ['http://127.0.0.1/', { headers: { Host: 'x' } }],
    ['http://127.0.0.1/', { headers: { 'X-Api-Version': '1', 'x-api-version': '2' } }],
    ['http://127.0.0.1/', { headers: { 'x-api-version': 'é' } }],
    ['http://127.0.0.1/', { headers: { 'X-Session-Id': 'one' }, sessionId: 'other' }],
    // What plain JavaScript may hand over: none of it was signed, and an empty body went out instead.
    ['http://127.0.0.1/', { method: 'POST', body: new ReadableStream() }],
    ['http://127.0.0.1/', { method: 'POST', body: new ArrayBuffer(2) }],
    ['http://127.0.0.1/', { method: 'POST', body: new DataView(new ArrayBuffer(2)) }],
    ['http://127.0.0.1/', { method: 'POST', body: new Blob(['{}']) }],
    ['http://127.0.0.1/', { method: 'POST', body: new URLSearchParams({ a: '1' }) }],
    ['http://127.0.0.1/', { method: 'POST', body: null }],
  ] as const) {
    await expect(send(url, init as SignedRequestInit)).rejects.toMatchObject({ name: 'RingfenceError' })
  }
})
