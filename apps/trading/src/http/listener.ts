import { once } from 'node:events'
import type { Server } from 'node:http'
import { createServer, type Server as TcpServer } from 'node:net'
import { stopServer } from '@ringfence/guard/node'

/** One HTTP server on several addresses: behind an SSH tunnel each user gets an address of their own. */
export interface Listener {
  readonly port: number
  /** Stops accepting, lets requests in flight finish within `graceMs`, then cuts off what is left. */
  stop(graceMs: number): Promise<void>
}

/** Listens on every address, or on none: rejects with the error of the first that is not free. */
export async function listen(server: Server, hosts: readonly string[], port: number): Promise<Listener> {
  const [first = '127.0.0.1', ...others] = hosts
  const opened: TcpServer[] = []
  const stop = async (graceMs: number): Promise<void> => {
    for (const one of opened) one.close()
    if (server.listening) await stopServer(server, graceMs)
  }
  try {
    server.listen(port, first)
    await once(server, 'listening')
    const bound = portOf(server)
    for (const host of others) {
      // What node:http does with a connection of its own; half-open, as its own server is.
      const entry = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => server.emit('connection', socket))
      opened.push(entry)
      entry.listen(bound, host)
      await once(entry, 'listening')
    }
    return { port: bound, stop }
  } catch (error) {
    await stop(0)
    throw error
  }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
