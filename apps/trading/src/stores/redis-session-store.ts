import type { SessionStore, SessionTimes } from '@ringfence/hmac-auth/sessions'
import type { Redis, RedisReply } from '@ringfence/redis'
import { EPOCH_KEY, EPOCH_LUA, PREFIX } from './epoch-script.ts'

/**
 * Sessions in Redis, under the hash of their id, by the clock of Redis. A session belongs to the epoch it was started in:
 * a server that may have forgotten a revocation revives none. At most 10,000 sessions are kept.
 */
export function redisSessionStore(redis: Redis): SessionStore {
  const create = redis.script({ lua: CREATE })
  const touch = redis.script({ lua: TOUCH })
  const revokeMany = redis.script({ lua: REVOKE })
  const revokeEpoch = redis.script({ lua: REVOKE_EVERYTHING })
  const revoke = async (hashes: readonly string[], index: string): Promise<number> =>
    Number(await revokeMany.run([ALL, index, ...hashes.map(record)], hashes))
  return {
    async create(hash, { keyId, entry = '' }, { absoluteMs, idleMs }) {
      const args = [hash, keyId, entry, absoluteMs, idleMs, CAPACITY].map(String)
      const reply = await create.run([EPOCH_KEY, record(hash), ALL, indexOf(keyId)], args)
      return times(reply) ?? 'full'
    },
    touch: async (hash, { keyId, entry = '' }) => times(await touch.run([EPOCH_KEY, record(hash)], [keyId, entry])),
    revoke: async (hash) => (await revoke([hash], NONE)) === 1,
    async revokeAll(keyId) {
      const hashes = await redis.command(['ZRANGE', indexOf(keyId), '0', '-1'])
      return Array.isArray(hashes) ? revoke(hashes.map(String), indexOf(keyId)) : 0
    },
    revokeEverything: async () => Number(await revokeEpoch.run([EPOCH_KEY, ALL], [])),
  }
}

function times(reply: RedisReply): SessionTimes | undefined {
  if (!Array.isArray(reply) || reply.length !== 2) return undefined
  return { expiresAt: Number(reply[0]), idleExpiresAt: Number(reply[1]) }
}

const record = (hash: string): string => `${PREFIX}session:${hash}`
const indexOf = (keyId: string): string => `${PREFIX}sessions-of:${keyId}`
const ALL = `${PREFIX}sessions`
/** An index that nobody keeps: a session ended by itself stays in its key's index until it would have expired. */
const NONE = `${PREFIX}none`
const CAPACITY = 10_000

const CREATE = `${EPOCH_LUA}
local hash, keyId, entry, idleMs = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[5])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', text(now))
if redis.call('ZCARD', KEYS[3]) >= tonumber(ARGV[6]) then return false end
local ends = now + tonumber(ARGV[4])
local idle = math.min(now + idleMs, ends)
redis.call('HSET', KEYS[2], 'key', keyId, 'entry', entry, 'ends', text(ends), 'idle', text(idle), 'ms', ARGV[5], 'epoch', epoch)
redis.call('PEXPIREAT', KEYS[2], text(ends))
for i = 3, 4 do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', text(now))
  redis.call('ZADD', KEYS[i], text(ends), hash)
  redis.call('PEXPIREAT', KEYS[i], text(ends))
end
return { text(ends), text(idle) }
`

const TOUCH = `${EPOCH_LUA}
local key, entry, ends, idle, ms, born = unpack(redis.call('HMGET', KEYS[2], 'key', 'entry', 'ends', 'idle', 'ms', 'epoch'))
if not key or born ~= epoch or now >= tonumber(ends) or now >= tonumber(idle) then return false end
if key ~= ARGV[1] or (entry ~= '' and entry ~= ARGV[2]) then return false end
idle = math.min(now + tonumber(ms), tonumber(ends))
redis.call('HSET', KEYS[2], 'idle', text(idle))
return { ends, text(idle) }
`

const REVOKE = `
local count = 0
for i, hash in ipairs(ARGV) do
  count = count + redis.call('DEL', KEYS[i + 2])
  redis.call('ZREM', KEYS[1], hash)
  redis.call('ZREM', KEYS[2], hash)
end
return count
`

const REVOKE_EVERYTHING = `${EPOCH_LUA}
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', text(now))
local count = redis.call('ZCARD', KEYS[2])
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[1], 'at', text(math.max(now, tonumber(epoch) + 1)))
return count
`
