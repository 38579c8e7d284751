import { connectRedis } from '@ringfence/redis'
import { redisReplayStore } from '../../src/redis.ts'

// A process of its own: consumes copies of one nonce when told to and answers how many were fresh.
const [, , url, copies, createdAt] = process.argv as [string, string, string, string, string]
const redis = await connectRedis({ url, budgetMs: 10_000 })
const store = await redisReplayStore({ redis })
const entry = {
  keyId: 'rfk_a',
  nonce: 'n'.repeat(22),
  createdAt: Number(createdAt),
  expiresAt: Number(createdAt) + 7_000,
}
process.once('message', () => {
  void Promise.all(Array.from({ length: Number(copies) }, async () => store.consume(entry))).then((verdicts) => {
    process.send!(verdicts.filter((verdict) => verdict === 'fresh').length, () => {
      redis.close()
      process.disconnect()
    })
  })
})
process.send!('ready')
