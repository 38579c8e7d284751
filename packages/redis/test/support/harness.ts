import { RingfenceError } from '@ringfence/errors'
import { afterEach } from 'vitest'
import { connectRedis, type Redis, type RedisOptions } from '../../src/index.ts'
import { startRedis, type RedisServer, type StartRedisOptions } from '../../src/testing.ts'
import { timed as timedCall } from './timed.ts'

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

/** Runs after the test, last registered first. */
export function cleanup(run: () => void | Promise<void>): void {
  cleanups.push(run)
}

/** A private server, stopped after the test. */
export async function server(options?: StartRedisOptions): Promise<RedisServer> {
  const started = await startRedis(options)
  cleanup(() => started.stop())
  return started
}

/** A client, closed after the test. */
export async function connected(options: RedisOptions): Promise<Redis> {
  const redis = await connectRedis(options)
  cleanup(() => redis.close())
  return redis
}

/** Runs a call and says with which code it ended and how long it took. */
export async function timed(call: () => Promise<unknown>): Promise<{ code: string; elapsed: number; ms: number }> {
  const { error, elapsed, ms } = await timedCall(call)
  if (error === undefined) return { code: 'ok', elapsed, ms }
  return { code: error instanceof RingfenceError ? error.code : 'another error', elapsed, ms }
}

/** Waits for a condition and says how long that took (ms). */
export async function until(condition: () => boolean | Promise<boolean>, ms: number): Promise<number> {
  const started = performance.now()
  while (!(await condition())) {
    if (performance.now() - started > ms) throw new Error(`not within ${ms} ms`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return performance.now() - started
}

/** Does the client answer? */
export function works(redis: Redis): Promise<boolean> {
  return redis.command(['PING']).then(
    (reply) => reply === 'PONG',
    () => false,
  )
}
