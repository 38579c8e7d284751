import { connect as dial } from 'node:net'
import { connectRedis, type Redis } from '@ringfence/redis'
import type { RedisServer } from '@ringfence/redis/testing'
import { onTestFinished } from 'vitest'

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
