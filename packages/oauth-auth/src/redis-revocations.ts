import { systemClock, type Clock } from '@ringfence/guard'
import type { Redis } from '@ringfence/redis'
import type { RevocationStore } from './memory-revocations.ts'

/** Where revocations are kept. */
export interface RedisRevocationsOptions {
  readonly redis: Redis
  /** Separates this denylist from everything else in the database (default `ringfence:revoked:`). */
  readonly prefix?: string
  readonly clock?: Clock
}

/**
 * Revocations that all replicas share: what one revokes, the others refuse from their next request on. Redis holds
 * fingerprints only. While it cannot answer, no token is accepted; how long that may take is the budget of `redis`.
 */
export function redisRevocations(options: RedisRevocationsOptions): RevocationStore {
  const { redis, prefix = 'ringfence:revoked:', clock = systemClock } = options
  return {
    async revoke(fingerprint, until) {
      const lifetimeMs = Math.max(1, Math.ceil(until - clock.now()))
      await redis.command(['SET', prefix + fingerprint, '1', 'PX', String(lifetimeMs)])
    },
    async isRevoked(fingerprint) {
      const count = await redis.command(['EXISTS', prefix + fingerprint])
      // Anything else than the two answers of EXISTS is no answer.
      if (count !== 0 && count !== 1) throw new TypeError('EXISTS answers 0 or 1')
      return count === 1
    },
  }
}
