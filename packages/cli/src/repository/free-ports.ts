import { createServer, type AddressInfo } from 'node:net'
import type { Ports } from './development-env.ts'

/** Ports of loopback that nobody listened on a moment ago. */
export async function freePorts(): Promise<Ports> {
  const servers = Array.from({ length: 3 }, () => createServer().listen(0, '127.0.0.1'))
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((found) => server.on('listening', () => found((server.address() as AddressInfo).port))),
    ),
  )
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))))
  return { trading: ports[0]!, tools: ports[1]!, oauth: ports[2]! }
}
