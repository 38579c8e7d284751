import { connectRedis, type Redis } from '@ringfence/redis'

/**
 * A client that waits for seconds, whatever its callers want: where a test is not about deadlines, a busy machine must not
 * make it one.
 */
export async function patientRedis(url: string): Promise<Redis> {
  const redis = await connectRedis({ url, budgetMs: 5_000 })
  return {
    get ready() {
      return redis.ready
    },
    get connections() {
      return redis.connections
    },
    command: async (args) => redis.command(args),
    script(definition) {
      const script = redis.script(definition)
      return { run: async (keys, args) => script.run(keys, args) }
    },
    close: () => redis.close(),
  }
}
