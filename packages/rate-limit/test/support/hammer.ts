// One of the four processes of processes.test.ts: makes every fourth attempt of each race, and tells what was admitted.
import { once } from 'node:events'
import { connectRedis } from '@ringfence/redis'
import { createLimiter, policy } from '../../src/index.ts'
import { redisStore } from '../../src/redis.ts'
import { attacks } from './attacks.ts'
import { ourRaces, rivalRaces, type Race } from './races.ts'

/** By how many milliseconds each clock is ahead, and how fast it runs. */
const SKEWS = [
  [0, 1],
  [0, 1],
  [700, 1.5],
  [5_000, 0.5],
] as const

const [url = '', number = ''] = process.argv.slice(2)
const me = Number(number)
const redis = await connectRedis({ url, connectMs: 20_000, budgetMs: 5_000 })
process.send!('ready')
const [start] = (await once(process, 'message')) as [number]
const counts = await Promise.all([...ourRaces, ...rivalRaces].map(async (race) => [race.name, await run(race)]))
redis.close()
process.send!(Object.fromEntries(counts))
process.disconnect()

async function run(race: Race): Promise<number> {
  const attempt = attemptOf(race)
  const attempts: Promise<boolean>[] = []
  let due = start
  for (const [i, step] of attacks[race.attack]!(start).entries()) {
    due += step
    if (i % SKEWS.length !== me) continue
    while (now() < due) await new Promise((resolve) => setTimeout(resolve, Math.max(1, due - now())))
    attempts.push(attempt())
  }
  return (await Promise.all(attempts)).filter(Boolean).length
}

function attemptOf({ name, skewed, rival }: Race): () => Promise<boolean> {
  const [ahead, rate] = skewed ? SKEWS[me]! : [0, 1]
  const clock = { monotonic: () => performance.now() * rate + ahead }
  if (rival !== undefined) {
    const script = redis.script({ lua: rival })
    return async () => (await script.run([name, `trail:${name}`], [String(clock.monotonic())])) === 1
  }
  const policies = [policy({ name: 'burst', limit: 10, windowMs: 1000 })]
  const store = redisStore({ redis, deadlineMs: 5_000, prefix: name.replace(/\W+/g, '-') })
  const limiter = createLimiter({ policies, clock, store })
  return async () => (await limiter.consume('key')).allowed
}

/** The time of day, with fractions. */
function now(): number {
  return performance.timeOrigin + performance.now()
}
