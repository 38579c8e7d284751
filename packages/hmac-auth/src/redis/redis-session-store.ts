import { hash } from 'node:crypto'
import { RingfenceError } from '@ringfence/errors'
import type { RedisReply } from '@ringfence/redis'
import { checkedCapacity, type SessionCapacity } from '../sessions/session-capacity.ts'
import type { SessionOwner, SessionStore, SessionTimes } from '../sessions/session-store.ts'
import { keySpace } from './key-space.ts'
import { LUA_PRELUDE } from './lua-prelude.ts'
import type { RedisStoreOptions } from './redis-replay-store.ts'

export interface RedisSessionStoreOptions extends RedisStoreOptions, SessionCapacity {}

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
  const { capacity, perKey } = checkedCapacity(options, 'redisSessionStore')
  const space = keySpace(options.prefix)
  const all: Group = { index: `${space}a`, round: `${space}g` }
  const ofKey = (tag: string): Group => ({ index: `${space}k${tag}`, round: `${space}h${tag}` })
  const session = (digest: string): string => `${space}s${digest}`
  const create = redis.script({ lua: CREATE })
  const touch = redis.script({ lua: TOUCH, batch: 64 })
  const rotate = redis.script({ lua: ROTATE })
  const revoke = redis.script({ lua: REVOKE })
  const close = redis.script({ lua: CLOSE })
  /** Over at once by the new round; what is removed then is only their memory. */
  const end = async ({ index, round }: Group): Promise<number> => {
    const reply = await close.run([index, round, all.index], [session('')])
    if (!isList(reply)) return nonsense()
    const [removed, ...digests] = reply
    let ended = Number(removed)
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
      const numbers = [absoluteMs, idleMs, capacity, perKey].map(String)
      const args = [entryTag, ...numbers, digest, session('')]
      const reply = await create.run(keys, args)
      return reply === 'full' ? reply : (live(reply) ?? nonsense())
    },
    async touch(digest, owner, _now, options) {
      const [keyTag, entryTag] = ownerTags(digest, owner)
      const reply = await touch.run([session(digest), all.round, ofKey(keyTag).round], [entryTag], options)
      return live(reply)
    },
    async rotate(digest, next, owner) {
      const [keyTag, entryTag] = ownerTags(digest, owner)
      const own = ofKey(keyTag)
      const keys = [session(digest), session(next), all.index, all.round, own.index, own.round]
      const args = [entryTag, ownerTags(next, owner)[1], digest, next]
      const reply = await rotate.run(keys, args)
      return live(reply)
    },
    async revoke(digest) {
      const value = await redis.command(['GET', session(digest)])
      const keyTag = typeof value === 'string' ? OWNER.exec(value)?.[1] : undefined
      if (keyTag === undefined) return false
      return (await revoke.run([session(digest), all.index, ofKey(keyTag).index], [digest])) === 1
    },
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

/** Undefined where both times are 0. */
function live(reply: RedisReply): SessionTimes | undefined {
  const [expiresAt, idleExpiresAt] = isList(reply) ? reply : []
  if (typeof expiresAt !== 'number' || typeof idleExpiresAt !== 'number') return nonsense()
  return expiresAt === 0 ? undefined : { expiresAt, idleExpiresAt }
}

function isList(reply: RedisReply): reply is readonly RedisReply[] {
  return Array.isArray(reply)
}

function nonsense(): never {
  throw new RingfenceError('redis_unavailable', 'Redis is unavailable: a session script answered nonsense')
}

/**
 * A session is `expires idleMs entryTag keyTag run round roundOfKey`, its two numbers of fixed width: everything else is
 * compared as one piece, which takes half the time of a pattern. Its idle deadline is the expiry of its key, a millisecond
 * less: Redis keeps a key through the millisecond of its expiry. The tag of the API key is the end of the name of its round.
 */
const PRELUDE = `${LUA_PRELUDE}
local known = {}
local function round(key)
  if not known[key] then known[key] = redis.call('GET', key) or '0' end
  return known[key]
end
local tails = {}
local function tail(all, own)
  if not tails[own] then
    tails[own] = table.concat({ '', string.sub(own, -22), run, round(all), round(own) }, ' ')
  end
  return tails[own]
end
`

/** No session outlives this, so neither need the indexes and the rounds: each start renews them. */
const LONGEST_MS = 25 * 3_600_000
/** So many sessions of a full index are looked at. */
const LOOK = 200
/** The tag of the key in what is kept of a session. */
const OWNER = / (\S{22}) [0-9a-f]{40} \d+ \d+$/

/**
 * KEYS: session, index and round of all, index and round of the key. ARGV: entry tag, absolute, idle, the most of all and of a
 * key, digest, what a session's key begins with. An index keeps what was idle for too long until its absolute deadline:
 * if it is full, some of it is looked at, another part each time, and what is gone makes room.
 */
const CREATE = `${PRELUDE}
local function room(index, most)
  redis.call('ZREMRANGEBYSCORE', index, '-inf', now)
  local count = redis.call('ZCARD', index)
  if count < tonumber(most) then return true end
  local first = now % math.max(1, count - ${LOOK - 1})
  local gone = {}
  for _, digest in ipairs(redis.call('ZRANGE', index, first, first + ${LOOK - 1})) do
    if redis.call('EXISTS', ARGV[7] .. digest) == 0 then table.insert(gone, digest) end
  end
  return #gone > 0 and redis.call('ZREM', index, unpack(gone)) > 0
end
if not room(KEYS[2], ARGV[4]) or not room(KEYS[4], ARGV[5]) then return 'full' end
local expires = now + tonumber(ARGV[2])
local idleExpires = math.min(now + tonumber(ARGV[3]), expires)
local times = string.format('%013.0f %08.0f ', expires, ARGV[3])
redis.call('SET', KEYS[1], times .. ARGV[1] .. tail(KEYS[3], KEYS[5]), 'PXAT', idleExpires - 1)
for _, index in ipairs({ KEYS[2], KEYS[4] }) do redis.call('ZADD', index, expires, ARGV[6]) end
for i = 2, 5 do redis.call('PEXPIRE', KEYS[i], ${LONGEST_MS}) end
return { expires, idleExpires }
`

/** Answers the times, 0 for no session of this owner. A stranger's attempt does not keep the session alive. */
const TOUCH_ONE = `${PRELUDE}
local function touch(session, all, own, ownerEntry)
  local value = redis.call('GET', session)
  if not value then return 0, 0 end
  local rest = string.sub(value, 24)
  local owned = tail(all, own)
  if rest ~= ownerEntry .. owned and rest ~= '-' .. owned then return 0, 0 end
  local expires = tonumber(string.sub(value, 1, 13))
  if not (now < expires) then return 0, 0 end
  local idleExpires = math.min(now + tonumber(string.sub(value, 15, 22)), expires)
  redis.call('PEXPIREAT', session, idleExpires - 1)
  return expires, idleExpires
end
`

/** Many calls at once, each with KEYS: session, rounds of all and of the key, and ARGV: entry tag. Answers two times each. */
const TOUCH = `${TOUCH_ONE}
local replies = {}
for i = 1, #KEYS / 3 do
  replies[2 * i - 1], replies[2 * i] = touch(KEYS[3 * i - 2], KEYS[3 * i - 1], KEYS[3 * i], ARGV[i])
end
return replies
`

/** KEYS: old and new session, index and round of all, of the key. ARGV: old and new entry tag, old and new digest. */
const ROTATE = `${TOUCH_ONE}
local expires, idleExpires = touch(KEYS[1], KEYS[4], KEYS[6], ARGV[1])
if expires > 0 then
  local value = redis.call('GET', KEYS[1])
  local owned = tail(KEYS[4], KEYS[6])
  local entry = string.sub(value, 24) == '-' .. owned and '-' or ARGV[2]
  redis.call('SET', KEYS[2], string.sub(value, 1, 23) .. entry .. owned, 'PXAT', idleExpires - 1)
  redis.call('UNLINK', KEYS[1])
  for _, index in ipairs({ KEYS[3], KEYS[5] }) do
    redis.call('ZREM', index, ARGV[3])
    redis.call('ZADD', index, expires, ARGV[4])
  end
end
return { expires, idleExpires }
`

/** KEYS: session, index of all, of the key. ARGV: digest. */
const REVOKE = `
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
return redis.call('UNLINK', KEYS[1])
`

/**
 * KEYS: index, round, index of all. ARGV: what a session's key begins with. Ends all of the index at once; answers how many it
 * has removed and what else was in it. Out of memory a round cannot be counted, but then nobody can start a session either:
 * removing them ends them.
 */
const CLOSE = `
local digests = redis.call('ZRANGE', KEYS[1], 0, -1)
local removed = 0
local counted = redis.pcall('INCR', KEYS[2])
if type(counted) == 'number' then
  redis.call('PEXPIRE', KEYS[2], ${LONGEST_MS})
elseif string.find(counted.err or '', 'OOM') then
  for _, digest in ipairs(digests) do removed = removed + redis.call('UNLINK', ARGV[1] .. digest) end
else
  return counted
end
redis.call('UNLINK', KEYS[1])
if KEYS[1] ~= KEYS[3] then
  for _, digest in ipairs(digests) do redis.call('ZREM', KEYS[3], digest) end
end
table.insert(digests, 1, removed)
return digests
`
