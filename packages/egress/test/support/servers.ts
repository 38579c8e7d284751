import { createServer as createHttp, type RequestListener } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { createServer as createTcp, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTls, type TlsOptions } from 'node:tls'
import { onTestFinished } from 'vitest'
import { testAuthority, type TestAuthority } from './certificates.ts'

export const authority: TestAuthority = testAuthority()
const certificate = authority.issue('localhost', '127.0.0.1', '::1')

/** A listening server that has counted what reached it. It is closed when the test ends. */
export interface Listening {
  readonly port: number
  /** TCP connections accepted. */
  connections(): number
  /** Bytes received on the wire. */
  received(): number
}

export async function https(listener: RequestListener, options: TlsOptions = {}): Promise<Listening> {
  return listen(createHttps({ ...certificate, minVersion: 'TLSv1.3', ...options }, listener))
}

export async function http(listener: RequestListener): Promise<Listening> {
  return listen(createHttp(listener))
}

/** TLS 1.3, then whatever the test writes. */
export async function rawTls(onSocket: (socket: Socket) => void): Promise<Listening> {
  return listen(createTls({ ...certificate, minVersion: 'TLSv1.3' }, onSocket))
}

export async function tcp(onSocket: (socket: Socket) => void, host?: 'every'): Promise<Listening> {
  return listen(createTcp(onSocket), host)
}

/** `every` is every address of this machine, IPv6 included where there is IPv6. */
async function listen(server: Server, host: 'every' | '127.0.0.1' = '127.0.0.1'): Promise<Listening> {
  const open = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections++
    open.add(socket)
    socket.on('error', () => {})
  })
  server.on('secureConnection', (socket: Socket) => socket.on('error', () => {}))
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(host === 'every' ? { port: 0 } : { port: 0, host }, resolve))
  onTestFinished(async () => {
    for (const socket of open) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    received: () => [...open].reduce((sum, socket) => sum + socket.bytesRead, 0),
  }
}
