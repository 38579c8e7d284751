import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createEgress } from '@ringfence/egress'
import type { Fetch } from '../../src/index.ts'

/** How the server answers one request. */
export type Behaviour = (response: ServerResponse, incoming: IncomingMessage) => void

/** A real HTTP server on loopback in the role of the issuer. */
export interface AuthorizationServer {
  readonly origin: string
  readonly jwksUri: string
  /** Reaches this server and nothing else. */
  readonly fetch: Fetch
  /** Paths asked for, in order. */
  readonly requests: readonly string[]
  /** Replaces what is served from now on. */
  behave(behaviour: Behaviour): void
  close(): Promise<void>
}

/** Starts the server. */
export async function authorizationServer(behaviour: Behaviour): Promise<AuthorizationServer> {
  let current = behaviour
  const requests: string[] = []
  const server = createServer((incoming, response) => {
    requests.push(incoming.url ?? '')
    current(response, incoming)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const egress = createEgress({ allow: [], loopback: [origin, origin.replace('http:', 'https:')] })
  return {
    origin,
    jwksUri: `${origin}/jwks`,
    fetch: (url, init) => egress.fetch(url, init),
    requests,
    behave: (next) => void (current = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Answers 200 with a JSON document. */
export function json(document: unknown): Behaviour {
  return (response) => response.setHeader('content-type', 'application/json').end(JSON.stringify(document))
}

/** Never answers. */
export const hang: Behaviour = () => {}

/** Sends the beginning of a document, then one byte now and then. */
export const drip: Behaviour = (response) => {
  response.write('{"keys":[')
  const timer = setInterval(() => response.write(' '), 20)
  response.on('close', () => clearInterval(timer))
}

/** Sends more than anybody wants. */
export const flood: Behaviour = (response) => void response.end(`{"keys":[],"x":"${'x'.repeat(300_000)}"}`)

/** Answers with a status and nothing else. */
export function status(code: number): Behaviour {
  return (response) => void response.writeHead(code).end()
}

/** Cuts the connection. */
export const cut: Behaviour = (response) => void response.destroy()
