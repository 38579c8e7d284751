import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttpServer, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { createEgress } from '@ringfence/egress'
import { createLogger } from '@ringfence/log-redaction'
import { createTokenValidator } from '@ringfence/oauth-auth'
import { freePort } from '@ringfence/redis/testing'
import { createApp } from '../../src/create-app.ts'
import { getServerInfo } from '../../src/tools/get-server-info.ts'
import { tokenSigner } from '../support/token-signer.ts'

// usage: node -C @ringfence/source test/slow/dependency-faults.ts [REQUESTS]
// Breaks the issuer under the real app in seven ways, once for its keys and once for introspection. Every request carries a
// token that may well be good, so every answer has to be 503, and 99 of 100 have to come within 500 ms.
const requests = Number(process.argv[2] ?? 200)
const CONCURRENT = 8
const LONGEST_MS = 500

const FAULTS: Readonly<Record<string, () => Promise<Issuer>>> = {
  hangs: () => http(() => {}),
  drips: () =>
    http((response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"keys":[')
      const timer = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(timer))
    }),
  floods: () => http((response) => void response.end(`{"keys":[],"x":"${'x'.repeat(2_000_000)}"}`)),
  'answers 500': () => http((response) => void response.writeHead(500).end()),
  'breaks connections': () => http((response) => void response.destroy()),
  'breaks TLS': async () =>
    issuerAt(
      createTcpServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n{}')),
      'https',
    ),
  'is not there': async () => {
    const issuer = await http(() => {})
    await issuer.close()
    return issuer
  },
}

let failed = false
for (const kind of ['keys', 'introspection'] as const) {
  for (const [fault, start] of Object.entries(FAULTS)) {
    // Another program may hold the machine up: what counts is the best of three runs, but a wrong answer always.
    for (let run = 1; run <= 3; run++) {
      const issuer = await start()
      const { statuses, latencies } = await underLoad(kind, issuer.origin)
      await issuer.close()
      const p99 = latencies.toSorted((a, b) => a - b)[Math.ceil(latencies.length * 0.99) - 1]!
      const others = statuses.filter((status) => status !== 503)
      console.log(`${kind}, ${fault}: ${statuses.length} requests, ${others.length} not 503, p99 ${p99.toFixed(0)} ms`)
      if (others.length > 0 || (run === 3 && p99 > LONGEST_MS)) failed = true
      if (p99 <= LONGEST_MS) break
    }
  }
}
process.exit(failed ? 1 : 0)

interface Issuer {
  readonly origin: string
  close(): Promise<void>
}

function http(answer: (response: ServerResponse) => void): Promise<Issuer> {
  return issuerAt(
    createHttpServer((_request, response) => answer(response)),
    'http',
  )
}

async function issuerAt(server: Server, scheme: 'http' | 'https'): Promise<Issuer> {
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    origin: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      if (!server.listening) return
      const closed = once(server.close(), 'close')
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

async function underLoad(
  kind: 'keys' | 'introspection',
  origin: string,
): Promise<{ statuses: number[]; latencies: number[] }> {
  const port = await freePort()
  const resource = `http://127.0.0.1:${port}/mcp`
  const egress = createEgress({ allow: [], loopback: [origin], contentTypes: ['application/json'], deadlineMs: 5_000 })
  const clientSecret = randomBytes(16).toString('hex')
  const validator = createTokenValidator({
    issuer: origin,
    audience: resource,
    jwksUri: `${origin}/jwks`,
    ...(kind === 'introspection' && {
      introspection: { url: `${origin}/introspect`, clientId: 'tools', clientSecret },
    }),
    fetch: (url, init) => egress.fetch(url, init),
    fingerprintKey: { key: randomBytes(32), keyId: 'k1' },
  })
  const logger = createLogger({ name: 'faults', level: 'silent' })
  const limits = { tool: 10_000, address: 10_000 }
  const at = { host: '127.0.0.1', port, resource, issuer: origin }
  const app = createApp({ ...at, validator, tools: [getServerInfo], limits, logger })
  await app.listen()
  // Right in every way, but nobody can tell without the issuer.
  const signer = tokenSigner()
  const random = (): string => randomBytes(24).toString('hex')
  const jwt = (): string => signer.sign({ iss: origin, aud: resource, client_id: 'client', jti: random() })
  const token = kind === 'keys' ? jwt : random
  const statuses: number[] = []
  const latencies: number[] = []
  const call = async (credentials: string): Promise<number> => {
    const answer = await fetch(resource, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${credentials}` },
      body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
    })
    await answer.arrayBuffer()
    return answer.status
  }
  // What is measured is the fault, not the first requests of a process.
  for (let i = 0; i < 20; i++) if ((await call('a.b.c!')) !== 400) throw new Error('a malformed token is a 400')
  const client = async (): Promise<void> => {
    while (statuses.length + CONCURRENT <= requests) {
      const started = performance.now()
      const status = await call(token())
      latencies.push(performance.now() - started)
      statuses.push(status)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENT }, client))
  await app.close()
  await egress.close()
  return { statuses, latencies }
}
