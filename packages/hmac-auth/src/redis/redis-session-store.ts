import { hash } from 'node:crypto'
import { RingfenceError } from '@ringfence/errors'
import type { RedisReply } from '@ringfence/redis'
import type { SessionOwner, SessionStore, SessionTimes } from '../sessions/session-store.ts'
import { DEFAULT_PREFIX, LUA_PRELUDE, keySpace } from './lua-prelude.ts'
import { checkedPrefix, type RedisStoreOptions } from './redis-replay-store.ts'

export interface RedisSessionStoreOptions extends RedisStoreOptions {
  /** Sessions kept at once (default 10000); one more is refused. */
  readonly capacity?: number
}

/**
 * Keeps sessions in Redis, for any number of processes; checking one is one round trip. Deadlines go by Redis' clock.
 *
 * A session counts only on the server process it was started on: after a restart or a failover to a replica, which may
 * have missed a revocation, every session is over. Redis holds hashes of session ids, keys and entries, never these.
 *
 * @throws {RingfenceError} `option_invalid`; every call rejects with `redis_unavailable` when Redis is
 */
export function redisSessionStore(options: RedisSessionStoreOptions): SessionStore {
  const { redis } = options
  const capacity = options.capacity ?? 10_000
  if (!Number.isSafeInteger(capacity) || capacity < 1) {
    throw new RingfenceError('option_invalid', 'redisSessionStore: capacity must be a positive number of sessions')
  }
  const space = keySpace(checkedPrefix(options.prefix ?? DEFAULT_PREFIX))
  const all: Group = { index: `${space}a`, round: `${space}g` }
  const ofKey = (tag: string): Group => ({ index: `${space}k${tag}`, round: `${space}h${tag}` })
  const session = (digest: string): string => `${space}s${digest}`
  const create = redis.script({ lua: CREATE })
  const touch = redis.script({ lua: TOUCH, batch: 64 })
  const rotate = redis.script({ lua: ROTATE })
  const close = redis.script({ lua: CLOSE })
  /** Over at once by the new round; what is removed then is only their memory. */
  const end = async ({ index, round }: Group): Promise<number> => {
    const digests = await close.run([index, round], [])
    if (!isList(digests)) return nonsense()
    let ended = 0
    for (let i = 0; i < digests.length; i += 1_000) {
      const keys = digests.slice(i, i + 1_000).map((digest) => session(String(digest)))
      ended += Number(await redis.command(['UNLINK', ...keys]))
    }
    return ended
  }
  return {
    async create(digest, owner, { absoluteMs, idleMs }) {
      const [keyTag, entryTag] = ownerTags(digest, owner)
      const own = ofKey(keyTag)
      const keys = [session(digest), all.index, all.round, own.index, own.round]
      const args = [keyTag, entryTag, String(absoluteMs), String(idleMs), String(capacity), digest]
      const reply = await create.run(keys, args)
      return reply === 'full' ? reply : (times(reply) ?? nonsense())
    },
    async touch(digest, owner, _now, options) {
      const [keyTag, entryTag] = ownerTags(digest, owner)
      const reply = await touch.run([session(digest), all.round, ofKey(keyTag).round], [keyTag, entryTag], options)
      return reply === null ? undefined : (times(reply) ?? nonsense())
    },
    async rotate(digest, next, owner) {
      const [keyTag, entryTag] = ownerTags(digest, owner)
      const own = ofKey(keyTag)
      const keys = [session(digest), session(next), all.index, all.round, own.index, own.round]
      const args = [keyTag, entryTag, ownerTags(next, owner)[1], digest, next]
      const reply = await rotate.run(keys, args)
      return reply === null ? undefined : (times(reply) ?? nonsense())
    },
    revoke: async (digest) => (await redis.command(['UNLINK', session(digest)])) === 1,
    revokeAll: (keyId) => end(ofKey(tagged(keyId))),
    revokeEverything: () => end(all),
  }
}

/** Sessions that can be ended together: a sorted set of their digests by deadline, and a number that ends them all. */
interface Group {
  readonly index: string
  readonly round: string
}

/** The entry is salted with the session, so that a dump does not show which sessions share one. */
function ownerTags(digest: string, { keyId, entry }: SessionOwner): readonly [key: string, entry: string] {
  return [tagged(keyId), entry === undefined ? '-' : tagged(`${digest} ${entry}`)]
}

function tagged(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 22)
}

function times(reply: RedisReply): SessionTimes | undefined {
  if (!isList(reply)) return undefined
  const [expiresAt, idleExpiresAt] = reply
  return typeof expiresAt === 'number' && typeof idleExpiresAt === 'number' ? { expiresAt, idleExpiresAt } : undefined
}

function isList(reply: RedisReply): reply is readonly RedisReply[] {
  return Array.isArray(reply)
}

function nonsense(): never {
  throw new RingfenceError('redis_unavailable', 'Redis is unavailable: a session script answered nonsense')
}

/** A session is `run round roundOfKey keyTag entryTag expires idleMs`; its idle deadline is the expiry of its key. */
const PRELUDE = `${LUA_PRELUDE}
local function text(number) return string.format('%.0f', number) end
local known = {}
local function round(key)
  if not known[key] then known[key] = redis.call('GET', key) or '0' end
  return known[key]
end
local function rounds(all, own) return round(all) .. ' ' .. round(own) end
`

/** No session outlives this, so neither need what ends it. */
const LONGEST_MS = 25 * 3_600_000

/** KEYS: session, index and round of all, index and round of the key. ARGV: tags, absolute, idle, capacity, digest. */
const CREATE = `${PRELUDE}
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', text(now))
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', text(now))
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[5]) then return 'full' end
local expires = now + tonumber(ARGV[3])
local idleExpires = math.min(now + tonumber(ARGV[4]), expires)
local value = table.concat({ run, rounds(KEYS[3], KEYS[5]), ARGV[1], ARGV[2], text(expires), ARGV[4] }, ' ')
redis.call('SET', KEYS[1], value, 'PXAT', text(idleExpires))
for _, index in ipairs({ KEYS[2], KEYS[4] }) do
  redis.call('ZADD', index, text(expires), ARGV[6])
  redis.call('PEXPIRE', index, ${LONGEST_MS})
end
return { expires, idleExpires }
`

/** A stranger's attempt does not keep the session alive. */
const TOUCH_ONE = `${PRELUDE}
local function touch(session, all, own, ownerKey, ownerEntry)
  local value = redis.call('GET', session)
  if not value then return nil end
  local since, keyTag, entryTag, expires, idle = string.match(value, '^(%x+ %d+ %d+) (%S+) (%S+) (%d+) (%d+)$')
  if since ~= run .. ' ' .. rounds(all, own) then return nil end
  if keyTag ~= ownerKey or (entryTag ~= '-' and entryTag ~= ownerEntry) then return nil end
  expires = tonumber(expires)
  if now >= expires then return nil end
  local idleExpires = math.min(now + tonumber(idle), expires)
  redis.call('PEXPIREAT', session, text(idleExpires))
  return { expires, idleExpires }, { since, keyTag, entryTag, text(expires), idle }
end
`

/** Many calls at once, each with KEYS: session, rounds of all and of the key, and ARGV: tags. */
const TOUCH = `${TOUCH_ONE}
local replies = {}
for i = 1, #KEYS / 3 do
  replies[i] = touch(KEYS[3 * i - 2], KEYS[3 * i - 1], KEYS[3 * i], ARGV[2 * i - 1], ARGV[2 * i]) or false
end
return replies
`

/** KEYS: old and new session, index and round of all, of the key. ARGV: tags, new entry tag, old and new digest. */
const ROTATE = `${TOUCH_ONE}
local reply, parts = touch(KEYS[1], KEYS[4], KEYS[6], ARGV[1], ARGV[2])
if not reply then return false end
if parts[3] ~= '-' then parts[3] = ARGV[3] end
redis.call('SET', KEYS[2], table.concat(parts, ' '), 'PXAT', text(reply[2]))
redis.call('UNLINK', KEYS[1])
for _, index in ipairs({ KEYS[3], KEYS[5] }) do
  redis.call('ZREM', index, ARGV[4])
  redis.call('ZADD', index, parts[4], ARGV[5])
end
return reply
`

/** KEYS: index, round. Ends all of the index at once and answers what was in it. */
const CLOSE = `
redis.call('INCR', KEYS[2])
redis.call('PEXPIRE', KEYS[2], ${LONGEST_MS})
local digests = redis.call('ZRANGE', KEYS[1], 0, -1)
redis.call('UNLINK', KEYS[1])
return digests
`
