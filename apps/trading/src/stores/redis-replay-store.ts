import { createHash } from 'node:crypto'
import type { ReplayStore, ReplayVerdict } from '@ringfence/guard'
import type { Redis } from '@ringfence/redis'
import { EPOCH_KEY, EPOCH_LUA, PREFIX } from './epoch-script.ts'

/**
 * Nonces in Redis, one script per request: of any number of equal requests to any number of processes exactly one is
 * fresh. It goes by the clock of Redis, which must not be more than a second off. Rejects when Redis does not answer in
 * time or has no memory left; the guard then refuses.
 */
export function redisReplayStore(redis: Redis): ReplayStore {
  const script = redis.script({ lua: CONSUME })
  return {
    async consume({ keyId, nonce, createdAt, expiresAt }) {
      const hash = createHash('sha256').update(`${keyId}\0${nonce}`).digest('base64url')
      const verdict = await script.run([EPOCH_KEY, `${PREFIX}nonce:${hash}`], [String(createdAt), String(expiresAt)])
      // Anything unheard of must not pass.
      return VERDICTS.find((known) => known === String(verdict)) ?? 'before_epoch'
    },
  }
}

const VERDICTS: readonly ReplayVerdict[] = ['fresh', 'replayed', 'before_epoch']

/** `created` is whole seconds and may be 1 s ahead: hence the second after the epoch. */
const CONSUME = `${EPOCH_LUA}
local left = tonumber(ARGV[2]) - now
if tonumber(ARGV[1]) <= tonumber(epoch) + 1000 or left < 1 then return 'before_epoch' end
if redis.call('SET', KEYS[2], '', 'NX', 'PX', text(left)) then return 'fresh' end
return 'replayed'
`
