import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { RedisServer } from './start-redis.ts'

/** How a {@link RedisProxy} passes on what the server answers: as it is, so many ms later, or other bytes instead. */
export type RedisBehaviour = 'well' | { readonly delayMs: number } | { readonly garbage: string }

/** Stands between a client and a test's server, and misbehaves when told to. */
export interface RedisProxy {
  /** For `connectRedis`. */
  readonly url: string
  /** Holds from now on, for connections that there are as well. */
  behave(how: RedisBehaviour): void
  stop(): Promise<void>
}

/**
 * Makes a server slow, or talk nonsense: what SIGSTOP and SIGKILL cannot show.
 *
 * @example
 * ```ts
 * const proxy = await startRedisProxy(server)
 * const redis = await connectRedis({ url: proxy.url })
 * proxy.behave({ delayMs: 90 })
 * ```
 */
export async function startRedisProxy({ socket: path }: Pick<RedisServer, 'socket'>): Promise<RedisProxy> {
  let how: RedisBehaviour = 'well'
  const sockets = new Set<Socket>()
  const listener = createServer((client) => {
    const server = connect({ path })
    let last = 0
    const answer = (chunk: Buffer): void => {
      if (how === 'well' && performance.now() >= last) return void client.write(chunk)
      if (how !== 'well' && 'garbage' in how) return void client.write(how.garbage)
      // What comes later must not overtake.
      last = Math.max(last, performance.now() + (how === 'well' ? 0 : how.delayMs))
      setTimeout(() => client.write(chunk), last - performance.now())
    }
    server.on('data', answer)
    client.pipe(server)
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `redis://127.0.0.1:${port}`,
    behave: (next) => {
      how = next
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      listener.close()
      await once(listener, 'close')
    },
  }
}
