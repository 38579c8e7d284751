import { createSecretKey } from 'node:crypto'
import { RingfenceError } from '@ringfence/errors'
import type { Redis } from '@ringfence/redis'
import { checkScript } from './check-script.ts'
import type { Store } from './create-limiter.ts'
import { RedisLimiter } from './redis-limiter.ts'

export interface RedisStoreOptions {
  readonly redis: Pick<Redis, 'script' | 'connections'>
  /** What names in Redis start with (default `rl`): processes share a limit if they share prefix and secret. */
  readonly prefix?: string
  /** Keys the hashes in those names, at least 32 bytes: without it an address could be found by trying all of them. */
  readonly secret?: string | Uint8Array
  /** How long Redis may take before the policies' `whenStoreFails` decides (ms, default 40). */
  readonly deadlineMs?: number
  /** Calls of one tick that go out together (default 64); 1 sends each by itself. */
  readonly batch?: number
}

/**
 * Keeps limits in Redis or Valkey, shared by all processes and as exact as in one: one round trip for all policies of a
 * call, on the clock of the server.
 *
 * @throws {RingfenceError} `option_invalid`
 *
 * @example
 * ```ts
 * const store = redisStore({ redis: await connectRedis({ url }) })
 * const limiter = createLimiter({ policies: [policy({ name: 'endpoint', limit: 10, windowMs: 1000 })], store })
 * const { allowed } = await limiter.consume('POST /v1/orders')
 * ```
 */
export function redisStore(options: RedisStoreOptions): Store {
  const { redis, prefix = 'rl', secret, deadlineMs = 40, batch = 64 } = options
  if (!/^[A-Za-z0-9:_-]{1,64}$/.test(prefix))
    invalid('prefix must be 1 to 64 letters, digits, colons, hyphens, underscores')
  if (!(deadlineMs >= 1 && deadlineMs <= 10_000)) invalid('deadlineMs must be between 1 and 10000')
  const bytes = typeof secret === 'string' ? Buffer.from(secret) : secret
  if (bytes !== undefined && bytes.length < 32) invalid('secret must have at least 32 bytes')
  if (!(Number.isInteger(batch) && batch >= 1 && batch <= 64)) invalid('batch must be a whole number from 1 to 64')
  const parts = { redis, batch, prefix, secret: bytes && createSecretKey(bytes), deadlineMs }
  return {
    open(policies, clock) {
      const large = policies.find(({ limit }) => limit > MAX_LIMIT)
      if (large) invalid(`policy "${large.name}" has a limit above ${MAX_LIMIT}: its log would travel at every call`)
      return new RedisLimiter(policies, clock, { ...parts, lua: checkScript(policies) })
    },
  }
}

function invalid(why: string): never {
  throw new RingfenceError('option_invalid', `redisStore: ${why}`)
}

const MAX_LIMIT = 1000
