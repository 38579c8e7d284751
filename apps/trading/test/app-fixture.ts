import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type GeneratedApiKey, generateApiKey } from '@ringfence/hmac-auth'
import { signRequest } from '@ringfence/hmac-auth/client'
import { createLogger } from '@ringfence/log-redaction'
import { Secret } from '@ringfence/secret-config'
import { onTestFinished } from 'vitest'
import { type App, type AppOptions, createApp } from '../src/create-app.ts'
import { type VirtualClock, virtualClock } from './desk-fixture.ts'

/** A running app on a free loopback port, in virtual time, with everything it logged. */
export interface AppFixture {
  readonly app: App
  readonly port: number
  readonly clock: VirtualClock
  readonly trade: GeneratedApiKey
  readonly read: GeneratedApiKey
  readonly path: string
  readonly databaseKey: string
  readonly trailKey: Secret
  readonly log: string[]
  sign(method: string, target: string, options?: CallOptions): Sent
  /** Signs and sends. */
  call(method: string, target: string, options?: CallOptions): Promise<Answer>
  /** Starts a session of the trade key; answers its id. */
  session(): Promise<string>
}

interface CallOptions {
  readonly key?: GeneratedApiKey
  readonly body?: unknown
  readonly session?: string
  readonly headers?: Record<string, string>
  /** Changes what is sent after it was signed. */
  readonly tamper?: (sent: Sent) => Sent
}

export interface Sent {
  readonly method: string
  readonly target: string
  readonly headers: Record<string, string>
  readonly body: string | undefined
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** Tests look into answers of every shape. */
  readonly json: ReturnType<typeof JSON.parse>
}

/** @param atEnd for an app that several tests share, `afterAll` */
export async function appFixture(
  change: Partial<AppOptions> = {},
  atEnd: (end: () => Promise<void>) => void = onTestFinished,
): Promise<AppFixture> {
  const folder = mkdtempSync(join(tmpdir(), 'trading-app-'))
  const path = join(folder, 'orders.db')
  const databaseKey = randomBytes(32).toString('hex')
  const trailKey = new Secret(randomBytes(32).toString('base64url'))
  const clock = virtualClock()
  const trade = generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] })
  const read = generateApiKey({ scope: 'read', allow: ['127.0.0.1'] })
  const log: string[] = []
  const app = createApp({
    hosts: ['127.0.0.1'],
    port: 0,
    keys: [trade, read],
    authorities: [AUTHORITY],
    ipAllow: ['127.0.0.0/8'],
    database: { path, key: databaseKey },
    trailKey,
    logger: createLogger({
      name: 'trading',
      secrets: [databaseKey, trailKey, trade.secret, read.secret],
      fingerprintKey: { key: randomBytes(32), keyId: 'k1' },
      destination: { write: (line: string) => void log.push(line) },
      clock,
    }),
    clock,
    ...change,
  })
  atEnd(async () => {
    await app.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const port = await app.listen()
  // The replay store refuses what may have been signed before it began to remember.
  clock.time += 2_000
  const sign: AppFixture['sign'] = (method, target, options = {}) => {
    const { key = trade, session, headers = {} } = options
    const body =
      options.body === undefined
        ? undefined
        : typeof options.body === 'string'
          ? options.body
          : JSON.stringify(options.body)
    const signed = signRequest({
      method,
      url: `http://${AUTHORITY}${target}`,
      headers,
      keyId: key.id,
      secret: key.secret,
      tag: 'ringfence-trading',
      now: clock.time,
      ...(body !== undefined && { body }),
      ...(session !== undefined && { sessionId: session }),
    })
    return { method, target, headers: signed, body }
  }
  const call: AppFixture['call'] = (method, target, options = {}) => {
    const { tamper = (sent: Sent) => sent } = options
    return send(port, tamper(sign(method, target, options)))
  }
  return {
    app,
    port,
    clock,
    trade,
    read,
    path,
    databaseKey,
    trailKey,
    log,
    sign,
    call,
    session: async () => (await call('POST', '/v1/sessions')).json.sessionId,
  }
}

/**
 * Sends exactly this, from `from` if given, to the address `to`.
 *
 * @param meanwhile runs when the server has half of the body
 */
export function send(
  port: number,
  { method, target, headers, body }: Sent,
  from?: string,
  meanwhile?: () => void,
  to = '127.0.0.1',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: to,
        port,
        method,
        path: target,
        headers: { host: AUTHORITY, ...headers },
        agent: false,
        ...(from !== undefined && { localAddress: from }),
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          const json = text === '' ? undefined : JSON.parse(text)
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json })
        })
      },
    )
    outgoing.on('error', reject)
    if (meanwhile === undefined) {
      outgoing.end(body)
      return
    }
    const half = Math.floor((body?.length ?? 0) / 2)
    outgoing.write(body?.slice(0, half))
    setTimeout(() => {
      meanwhile()
      outgoing.end(body?.slice(half))
    }, 50)
  })
}

/** Sends exactly this on a connection of its own, and answers every byte that comes back. */
export async function sendRaw(port: number, { method, target, headers, body = '' }: Sent): Promise<string> {
  const fields = { host: AUTHORITY, connection: 'close', 'content-length': String(Buffer.byteLength(body)), ...headers }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
  const socket = connect(port, '127.0.0.1')
  socket.end(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
  return text(socket)
}

/** What the tests put into Host, since the port is not known when the app is made. */
const AUTHORITY = 'trading.test'
