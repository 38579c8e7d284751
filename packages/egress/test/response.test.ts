import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { RingfenceError } from '@ringfence/errors'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createEgress, type EgressInit, type EgressOptions, type EgressResponse } from '../src/index.ts'
import { authority, https, rawTls, tcp, type Listening } from './support/servers.ts'

function get(server: Listening, options: Partial<EgressOptions> = {}, init?: EgressInit): Promise<EgressResponse> {
  const origin = `https://127.0.0.1:${server.port}`
  const egress = createEgress({ allow: [], loopback: [origin], ca: authority.ca, ...options })
  onTestFinished(() => egress.close())
  return egress.fetch(`${origin}/secret-path?token=hunter2`, init)
}

/** A request that must fail, and may not say more than it should. */
async function failure(answer: Promise<EgressResponse>): Promise<string> {
  const error: unknown = await answer.then(
    () => expect.unreachable('an answer'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(RingfenceError)
  expect(error).toMatchObject({ code: 'egress_failed' })
  expect((error as Error).cause).toBeUndefined()
  expect(String(error)).not.toMatch(/secret-path|hunter2/)
  return (error as Error).message
}

/** Answers the first request with these bytes. */
async function answering(...parts: string[]): Promise<Listening> {
  return rawTls((socket) => {
    socket.once('data', () => {
      for (const part of parts) socket.write(part, 'latin1')
    })
  })
}

const OK = 'HTTP/1.1 200 OK\r\n'

describe('size', () => {
  test('exactly the limit is fine, one byte more is not, announced or streamed', async () => {
    for (const streamed of [true, false]) {
      const of = (size: number): Promise<Listening> =>
        https((_, answer) => {
          const body = 'x'.repeat(size)
          if (streamed) answer.write(body.slice(0, size / 2))
          answer.end(streamed ? body.slice(size / 2) : body)
        })
      expect((await get(await of(1_000), { maxBytes: 1_000 })).bytes).toHaveLength(1_000)
      expect(await failure(get(await of(1_001), { maxBytes: 1_000 }))).toContain('over 1000 bytes')
    }
  })

  test('an endless body is cut off where the limit is', async () => {
    let sent = 0
    let socket: Socket | undefined
    const server = await rawTls((client) => {
      socket = client
      client.once('data', () => {
        client.write(`${OK}transfer-encoding: chunked\r\n\r\n`)
        const chunk = Buffer.from(`4000\r\n${'x'.repeat(0x4000)}\r\n`)
        const pump = (): void => {
          while (!client.destroyed && client.write(chunk)) sent += chunk.length
          sent += chunk.length
        }
        client.on('drain', pump)
        pump()
      })
    })
    expect(await failure(get(server, { maxBytes: 100_000 }))).toContain('over 100000 bytes')
    await sleep(50)
    expect(socket?.destroyed).toBe(true)
    expect(sent).toBeLessThan(20_000_000)
  })

  test('an announced size is believed only as far as it is kept', async () => {
    expect(await failure(get(await answering(`${OK}content-length: 1048577\r\n\r\n`)))).toContain('over 1048576 bytes')
    const short = await rawTls((socket) =>
      socket.once('data', () => socket.end(`${OK}content-length: 50\r\n\r\nhello`)),
    )
    expect(await failure(get(short))).toBeDefined()
    for (const length of ['-1', '5, 6', '0x5', '99999999999999999999']) {
      expect(await failure(get(await answering(`${OK}content-length: ${length}\r\n\r\nhello`)))).toBeDefined()
    }
  })

  test('compression is not undone: a small bomb stays small, and is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000))
    const server = await https((_, answer) => answer.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb))
    expect(await failure(get(server))).toContain('compressed')
  })

  test('header fields are limited in number and size', async () => {
    const fields = (n: number): string => Array.from({ length: n }, (_, i) => `x-${i}: y\r\n`).join('')
    expect((await get(await answering(`${OK}${fields(99)}content-length: 0\r\n\r\n`))).status).toBe(200)
    expect(await failure(get(await answering(`${OK}${fields(100)}content-length: 0\r\n\r\n`)))).toContain(
      '100 header fields',
    )
    expect(await failure(get(await answering(`${OK}x: ${'y'.repeat(20_000)}\r\n\r\n`)))).toContain('HEADERS_OVERFLOW')
  })
})

describe('time', () => {
  const deadlineMs = 250

  /** True if the answer fails at the deadline: neither much sooner, nor much later. */
  async function late(answer: Promise<EgressResponse>): Promise<boolean> {
    const started = performance.now()
    expect(await failure(answer)).toContain('no complete answer within 250 ms')
    const took = performance.now() - started
    return took > 200 && took < 4_000
  }

  test('a server that never finishes the handshake', async () => {
    expect(await late(get(await tcp(() => {}), { deadlineMs }))).toBe(true)
  })

  test('a server that never answers', async () => {
    expect(await late(get(await https(() => {}), { deadlineMs }))).toBe(true)
  })

  test('a name that never resolves', async () => {
    const egress = createEgress({ allow: ['slow.example'], lookup: () => {}, deadlineMs })
    expect(await late(egress.fetch('https://slow.example/secret-path'))).toBe(true)
  })

  test.each([
    ['header', OK],
    ['body', `${OK}content-length: 100000\r\n\r\n`],
    ['chunks', `${OK}transfer-encoding: chunked\r\n\r\n`],
    ['interim answers', ''],
  ])('a server that drips: %s', async (kind, start) => {
    const drop = {
      header: 'x',
      body: 'x',
      chunks: '1\r\nx\r\n',
      'interim answers': 'HTTP/1.1 103 Early Hints\r\n\r\n',
    }[kind]
    const server = await rawTls((socket) => {
      socket.once('data', () => {
        socket.write(start)
        const timer = setInterval(() => socket.write(drop ?? ''), 20)
        socket.on('close', () => clearInterval(timer))
      })
    })
    expect(await late(get(server, { deadlineMs }))).toBe(true)
  })

  test('the caller may give up sooner, before or during', async () => {
    const server = await https(() => {})
    expect(await failure(get(server, {}, { signal: AbortSignal.abort('hunter2') }))).toContain('the caller gave up')
    expect(server.connections()).toBe(0)
    expect(await failure(get(server, {}, { signal: AbortSignal.timeout(50) }))).toContain('the caller gave up')
    const started = performance.now()
    const hanging = await tcp(() => {})
    expect(await failure(get(hanging, {}, { signal: AbortSignal.timeout(50) }))).toContain('the caller gave up')
    expect(performance.now() - started).toBeLessThan(4_000)
  })

  test('a request that nobody waits for any more never leaves, although its connection comes up', async () => {
    let requests = 0
    const server = await https((_, answer) => {
      requests++
      answer.end()
    })
    const slow = await tcp((socket) => {
      socket.pause()
      setTimeout(
        () =>
          socket
            .pipe(connect(server.port, '127.0.0.1'))
            .on('error', () => {})
            .pipe(socket),
        300,
      )
    })
    await failure(get(slow, { deadlineMs: 150 }))
    await failure(get(slow, {}, { signal: AbortSignal.timeout(150) }))
    await sleep(600)
    expect(server.connections()).toBeGreaterThan(0)
    expect(requests).toBe(0)
  })

  test('no more requests at once than the limit; the place is free again afterwards', async () => {
    const server = await https((_, answer) => void setTimeout(() => answer.end(), 50))
    const origin = `https://127.0.0.1:${server.port}`
    const egress = createEgress({ allow: [], loopback: [origin], ca: authority.ca, maxConcurrent: 2 })
    onTestFinished(() => egress.close())
    const three = await Promise.allSettled([egress.fetch(origin), egress.fetch(origin), egress.fetch(origin)])
    expect(three.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect((await egress.fetch(origin)).status).toBe(200)
  })
})

describe('broken connections', () => {
  test('what a server sends beyond its answer never answers another request', async () => {
    let requests = 0
    const server = await rawTls((socket) => {
      socket.on('data', () => {
        const answer = (text: string): string => `${OK}content-length: 5\r\n\r\n${text}`
        socket.write(requests++ % 2 === 0 ? answer('right') + answer('stale') : answer('right'))
      })
    })
    const origin = `https://127.0.0.1:${server.port}`
    const egress = createEgress({ allow: [], loopback: [origin], ca: authority.ca, maxConcurrent: 4 })
    onTestFinished(() => egress.close())
    for (let round = 0; round < 10; round++) {
      const answers = await Promise.allSettled([1, 2, 3].map(() => egress.fetch(origin)))
      const texts = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.text()] : []))
      expect(new Set(texts)).toEqual(new Set(['right']))
    }
  })

  test('closed at once, in the header, in the body; nothing listening; not TLS', async () => {
    const closing = (text: string): Promise<Listening> =>
      rawTls((socket) => socket.once('data', () => socket.end(text)))
    const resetting = await rawTls((socket) => socket.once('data', () => socket.destroy()))
    const plain = await tcp((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'))
    const servers = [
      await closing(''),
      await closing('HTTP/1.1 2'),
      await closing(`${OK}transfer-encoding: chunked\r\n\r\n5\r\nhel`),
    ]
    for (const server of [...servers, resetting, plain]) expect(await failure(get(server))).toMatch(/^egress to https:/)
    const gone = { port: 1, connections: () => 0, received: () => 0 }
    expect(await failure(get(gone))).toContain('ECONNREFUSED')
  })

  test('a request is sent once: a broken answer is not retried', async () => {
    let requests = 0
    const server = await rawTls((socket) => {
      socket.on('data', () => {
        requests++
        socket.destroy()
      })
    })
    await failure(get(server, {}, { method: 'POST', body: '{}' }))
    await failure(get(server))
    await sleep(50)
    expect(requests).toBe(2)
  })

  test.each([
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'HTTP/1.1 200 OK\nContent-Length: 5\n\nhello',
    'HTTP/9.9 999 what\r\n\r\n',
    'SSH-2.0-OpenSSH_9.6\r\n',
    '\u0000\u0001\u0002\u0003',
  ])('what is not HTTP: %j', async (text) => {
    expect(await failure(get(await answering(text), { deadlineMs: 1_000 }))).toMatch(/^egress to/)
  })
})

describe('media types', () => {
  const contentTypes = ['application/json', 'text/plain']
  const typed = (type: string | undefined, body = '{}'): Promise<Listening> =>
    https((_, answer) => answer.writeHead(200, type === undefined ? {} : { 'content-type': type }).end(body))

  test.each(['application/json', 'Application/JSON; charset=utf-8', 'text/plain ;format=flowed'])(
    '%s is allowed',
    async (type) => {
      expect((await get(await typed(type), { contentTypes })).text()).toBe('{}')
    },
  )

  test.each(['text/html', 'application/jsonp', 'application/json, text/html', '', undefined])(
    '%s is refused',
    async (type) => {
      expect(await failure(get(await typed(type), { contentTypes }))).toContain('media type')
    },
  )

  test('an answer without a body needs no type', async () => {
    expect((await get(await typed(undefined, ''), { contentTypes })).bytes).toHaveLength(0)
  })
})

test('the answer: any status, headers by any case, bytes as sent, text as UTF-8', async () => {
  const sent = Buffer.from([0xef, 0xbb, 0xbf, 0x68, 0xc3, 0xbc, 0xff, 0x00])
  const server = await https((_, answer) => {
    answer.writeHead(503, { 'Retry-After': '7', 'x-list': ['a', 'b'] }).end(sent)
  })
  const answer = await get(server)
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('7')
  expect(answer.headers.get('X-LIST')).toBe('a, b')
  expect(answer.headers.get('absent')).toBeNull()
  expect(answer.bytes).toEqual(new Uint8Array(sent))
  expect(answer.text()).toBe('h\u00fc\ufffd\u0000')
  expect(Object.isFrozen(answer)).toBe(true)
})

test.each([204, 304])('a %i has no body', async (status) => {
  const server = await https((_, answer) => answer.writeHead(status).end())
  expect(await get(server)).toMatchObject({ status, bytes: new Uint8Array() })
})

test('HEAD has no body, whatever it announces', async () => {
  const server = await https((_, answer) => answer.writeHead(200, { 'content-length': '100' }).end())
  expect((await get(server, {}, { method: 'HEAD' })).bytes).toHaveLength(0)
})
