import { hash } from 'node:crypto'
import { RingfenceError } from '@ringfence/errors'
import type { ReplayStore, ReplayVerdict } from '@ringfence/guard'
import type { Redis } from '@ringfence/redis'
import { AHEAD_MS } from '../verify/freshness.ts'
import { keySpace } from './key-space.ts'
import { LUA_PRELUDE } from './lua-prelude.ts'

export interface RedisStoreOptions {
  readonly redis: Redis
  /** Before every key, 1 to 32 letters, digits, `:`, `_` or `-` (default `rf`): stores that share a prefix share their content. */
  readonly prefix?: string
}

/**
 * Remembers nonces in Redis, for any number of processes: of concurrent equal requests exactly one is `fresh`.
 *
 * What Redis may have lost is refused. The store's epoch is a key that holds when this very server process began to
 * remember, by its own clock; after FLUSHALL, a restart or a failover to a replica it is absent or names another process,
 * and then everything created up to a second after this moment is `before_epoch`. So is what Redis' clock takes for
 * more than a second in the future, or for expired: clocks of servers and Redis have to agree to a second.
 * Redis keeps a hash of 128 bits per nonce, some seconds longer than needed, and answers `full` when out of memory.
 *
 * @throws {RingfenceError} `redis_unavailable`, and so do `consume` and with it the guard: a store that is down refuses
 *
 * @example
 * ```ts
 * const replay = await redisReplayStore({ redis: await connectRedis({ url }) })
 * ```
 */
export async function redisReplayStore(options: RedisStoreOptions): Promise<ReplayStore> {
  const space = keySpace(options.prefix)
  const epoch = `${space}e`
  const consume = options.redis.script({ lua: CONSUME, batch: 64 })
  // Sets the epoch now rather than with the first request, and shows at start-up that the script may run here.
  await options.redis.script({ lua: OPEN }).run([epoch], [])
  return {
    async consume({ keyId, nonce, createdAt, expiresAt, request }) {
      const key = Buffer.concat([Buffer.from(`${space}n`), hashed(keyId, nonce)])
      const verdict = await consume.run([epoch, key], [String(createdAt), String(expiresAt)], request && { request })
      if (isVerdict(verdict)) return verdict
      throw new RingfenceError('redis_unavailable', 'Redis is unavailable: the replay script answered nonsense')
    },
  }
}

/** Nonces are random, so a plain hash cannot be reversed by trying; the full 256 bits would only cost memory. */
function hashed(keyId: string, nonce: string): Buffer {
  return hash('sha256', `${keyId}\0${nonce}`, 'buffer').subarray(0, 16)
}

function isVerdict(reply: unknown): reply is ReplayVerdict {
  return typeof reply === 'string' && VERDICTS.has(reply)
}

const VERDICTS: ReadonlySet<string> = new Set(['fresh', 'replayed', 'before_epoch', 'full'])

/** Answers since when this server process remembers, for the key of the epoch. */
const EPOCH = `${LUA_PRELUDE}
local function epoch(key)
  local value = redis.call('GET', key)
  local since = value and string.sub(value, 1, #run) == run and tonumber(string.sub(value, #run + 2))
  if not since then
    since = now
    redis.call('SET', key, run .. ' ' .. string.format('%d', now))
  end
  return since
end
`

const OPEN = `${EPOCH}
return epoch(KEYS[1])
`

/** Many calls at once, each with KEYS: epoch, nonce, and ARGV: created, expires (ms). The last 10 s of a nonce outlast a clock that is set back a little. */
const CONSUME = `${EPOCH}
local since = epoch(KEYS[1])
local function consume(nonce, created, expires)
  if not created or not expires then return redis.error_reply('ERR arguments') end
  -- Said positively: NaN, which Lua reads as a number, fits no comparison.
  if not (created > since + ${AHEAD_MS} and created <= now + ${AHEAD_MS} and expires > now) then return 'before_epoch' end
  local set = redis.pcall('SET', nonce, '', 'NX', 'PX', math.ceil(expires - now) + 10000)
  if not set then return 'replayed' end
  if set.ok then return 'fresh' end
  if string.find(set.err or '', 'OOM') then return 'full' end
  return set
end
local replies = {}
for i = 1, #KEYS / 2 do
  replies[i] = consume(KEYS[2 * i], tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i]))
end
return replies
`
