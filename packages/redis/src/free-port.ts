import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

/**
 * A TCP port of 127.0.0.1 that was free a moment ago: for {@link startRedis}, `--tls-port`, or whatever else a test starts.
 *
 * @example
 * ```ts
 * const port = await freePort()
 * const server = await startRedis({ port })
 * ```
 */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
