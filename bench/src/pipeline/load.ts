import { createHmac, randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { signRequest } from '@ringfence/hmac-auth/client'
import type { ContenderName, Setup } from './contender.ts'

/** The two requests that are measured. */
export type Kind = 'get' | 'order'

/** Milliseconds that each request took. */
export type Latencies = readonly number[]

/**
 * Sends `count` requests over `connections` keep-alive connections, each waiting for its answer, and throws at the first
 * answer that is not a success: a benchmark of refusals would mean nothing. All are signed beforehand, or the work of
 * signing would share a core with the server that is measured.
 */
export async function load(options: {
  readonly port: number
  readonly count: number
  readonly connections: number
  readonly next: () => string
}): Promise<Latencies> {
  const { port, count, connections, next } = options
  const latencies: number[] = []
  const signed = Array.from({ length: count }, next)
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1')
      let sentAt = 0
      let received = ''
      const go = (): void => {
        const request = signed.pop()
        if (request === undefined) return void socket.end(resolve)
        received = ''
        sentAt = performance.now()
        socket.write(request, 'latin1')
      }
      socket.setNoDelay(true).setEncoding('latin1')
      socket.on('connect', go).on('error', reject)
      socket.on('data', (chunk: string) => {
        received += chunk
        const head = received.indexOf('\r\n\r\n')
        if (head < 0 || received.length < head + 4 + lengthOf(received.slice(0, head))) return
        if (!/^HTTP\/1\.1 20[01] /.test(received)) return reject(new Error(`not a success: ${received.slice(0, 600)}`))
        latencies.push(performance.now() - sentAt)
        go()
      })
    })
  await Promise.all(Array.from({ length: connections }, one))
  return latencies
}

function lengthOf(head: string): number {
  return Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
}

/** Answers a function that writes the next request of a kind, signed as the contender wants it. */
export function requests(contender: ContenderName, kind: Kind, setup: Setup, sessionId: string): () => string {
  return () => {
    const [method, path] = kind === 'get' ? ['GET', '/v1/instruments'] : ['POST', '/v1/orders']
    const body = kind === 'get' ? '' : JSON.stringify(nextOrder())
    const headers = signed(contender, kind, setup, { method, path, body, sessionId })
    return text(method, path, headers, body)
  }
}

/** The request that starts a session of the trade key. */
export function sessionRequest(setup: Setup): string {
  const headers = ringfenceHeaders(setup.trade, 'POST', '/v1/sessions', '', '')
  return text('POST', '/v1/sessions', headers, '')
}

interface Unsigned {
  readonly method: string
  readonly path: string
  readonly body: string
  readonly sessionId: string
}

function signed(contender: ContenderName, kind: Kind, setup: Setup, request: Unsigned): Record<string, string> {
  const { method, path, body, sessionId } = request
  const key = kind === 'get' ? setup.read : setup.trade
  if (contender === 'ringfence') return ringfenceHeaders(key, method, path, body, kind === 'get' ? '' : sessionId)
  const type: Record<string, string> = body === '' ? {} : { 'content-type': 'application/json' }
  if (contender === 'bare') return type
  const time = String(Date.now())
  const mac = createHmac('sha256', key.secret).update(`${method}\n${path}\n${time}\n${body}`).digest('hex')
  return { ...type, 'x-key': key.id, 'x-time': time, 'x-mac': mac }
}

function ringfenceHeaders(
  key: { readonly id: string; readonly secret: string },
  method: string,
  path: string,
  body: string,
  sessionId: string,
): Record<string, string> {
  return signRequest({
    method,
    url: `http://bench.test${path}`,
    keyId: key.id,
    secret: key.secret,
    tag: 'ringfence-trading',
    ...(body !== '' && { body }),
    ...(sessionId !== '' && { sessionId }),
  })
}

function text(method: string, path: string, headers: Readonly<Record<string, string>>, body: string): string {
  const fields = Object.entries({
    host: 'bench.test',
    ...headers,
    ...(body !== '' && { 'content-length': body.length }),
  })
  return `${method} ${path} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`
}

/** Orders that no pre-trade rule minds: no two alike, and the position stays where it is. */
function nextOrder(): object {
  const n = orders++
  const limitPrice = String(59_000 + ((n >> 1) % 4_000) / 2)
  const side = n % 2 === 0 ? 'buy' : 'sell'
  return { clientOrderId: randomUUID(), symbol: 'BTC-EUR', side, type: 'limit', quantity: '0.0125', limitPrice }
}

let orders = 0
