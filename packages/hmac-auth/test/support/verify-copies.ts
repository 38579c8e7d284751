import { connectRedis } from '@ringfence/redis'
import { type GeneratedApiKey, hmacAuth } from '../../src/index.ts'
import { redisReplayStore } from '../../src/redis.ts'
import { AUTHORITY, BODY, received, TAG } from './fixture.ts'

/** What a process of its own is told. */
export interface Copies {
  readonly url: string
  readonly key: GeneratedApiKey
  /** Of the one request. */
  readonly headers: readonly (readonly [string, string])[]
  readonly count: number
}

// A process of its own, with a guard and a connection of its own: says that it is ready, waits to be told what to verify,
// and answers how many copies were accepted.
process.once('message', (copies: Copies) => void verify(copies))
process.send!('ready')

async function verify({ url, key, headers, count }: Copies): Promise<void> {
  const redis = await connectRedis({ url, budgetMs: 10_000 })
  const guard = hmacAuth({ keys: [key], authorities: [AUTHORITY], tag: TAG, replay: await redisReplayStore({ redis }) })
  const outcomes = await Promise.all(
    Array.from({ length: count }, async () => guard.check(received({ headers, body: BODY }), {})),
  )
  process.send!(outcomes.filter(({ ok }) => ok).length, () => {
    redis.close()
    process.disconnect()
  })
}
