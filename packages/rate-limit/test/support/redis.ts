import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectRedis, type Redis } from '@ringfence/redis'
import { startRedis, type RedisServer } from '@ringfence/redis/testing'
import { afterEach } from 'vitest'

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

/** Runs after the test, last registered first. */
export function cleanup(run: () => void | Promise<void>): void {
  cleanups.push(run)
}

/** A folder that is gone after the test. */
export function privateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringfence-redis-'))
  cleanup(() => rmSync(folder, { recursive: true }))
  return folder
}

/** A private server and a client, gone after the test. */
export async function privateRedis(
  options: { readonly directory?: string; readonly budgetMs?: number } = {},
): Promise<{ server: RedisServer; redis: Redis }> {
  const { directory, budgetMs = 100 } = options
  const server = await startRedis(directory === undefined ? {} : { directory })
  cleanup(() => server.stop())
  const redis = await connectRedis({ url: server.url, budgetMs })
  cleanup(() => redis.close())
  return { server, redis }
}
