// One of the processes of processes.test.ts: hammers one key and prints when it was admitted, on the clock of the machine.
import { connectRedis } from '@ringfence/redis'
import { createLimiter, policy } from '../../src/index.ts'
import { redisStore } from '../../src/redis.ts'

const [url = '', forMs = ''] = process.argv.slice(2)
const redis = await connectRedis({ url, connectMs: 20_000, budgetMs: 5_000 })
const limiter = createLimiter({
  policies: [policy({ name: 'burst', limit: 10, windowMs: 1000 })],
  store: redisStore({ redis, deadlineMs: 5_000 }),
})
const until = performance.now() + Number(forMs)
let admitted = 0
while (performance.now() < until) {
  const verdicts = await Promise.all(Array.from({ length: 8 }, async () => limiter.consume('key')))
  admitted += verdicts.filter(({ allowed }) => allowed).length
  await new Promise((resolve) => setTimeout(resolve, 1))
}
redis.close()
console.log(admitted)
