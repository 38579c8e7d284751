import { connect as dial } from 'node:net'
import { connectRedis, type Redis } from '@ringfence/redis'
import { freePort, startRedis, type RedisServer } from '@ringfence/redis/testing'
import type { ReplayStore } from '@ringfence/guard'
import { onTestFinished } from 'vitest'
import { redisReplayStore } from '../../src/redis.ts'

/** A client for the time of one test. Its budget is for busy test machines; deadlines are tested where they matter. */
export async function connected(server: RedisServer, budgetMs = 5_000): Promise<Redis> {
  const redis = await connectRedis({ url: server.url, budgetMs })
  onTestFinished(() => redis.close())
  return redis
}

/** Asks a server that `connectRedis` would refuse, such as a replica, over a connection of its own. */
export function ask(server: RedisServer, words: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = dial({ path: server.socket })
    socket.once('error', reject)
    socket.once('data', (data) => {
      socket.destroy()
      resolve(data.toString('latin1'))
    })
    socket.write(`${words}\r\n`)
  })
}

/** Waits for a condition. */
export async function until(condition: () => boolean | Promise<boolean>, ms: number): Promise<void> {
  const end = performance.now() + ms
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** A store on a server that began to remember an hour ago. */
export async function settled(redis: Redis, prefix = 'rf'): Promise<ReplayStore> {
  const store = await redisReplayStore({ redis, prefix })
  const [run] = String(await redis.command(['GET', `{${prefix}}e`])).split(' ')
  await redis.command(['SET', `{${prefix}}e`, `${run} ${Date.now() - 3_600_000}`])
  return store
}

/** A server and its replica; to promote it, `ask(replica, 'REPLICAOF NO ONE')`. */
export async function replicated(): Promise<{ readonly master: RedisServer; readonly replica: RedisServer }> {
  const port = await freePort()
  const master = await startRedis({ port, args: ['--repl-diskless-sync-delay', '0'] })
  onTestFinished(() => master.stop())
  const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(port)] })
  onTestFinished(() => replica.stop())
  return { master, replica }
}
