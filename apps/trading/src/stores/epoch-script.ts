/**
 * The start of every script: `now` by the clock of Redis, and `epoch`, the moment from which this very server remembers
 * everything. It is kept beside the id of the server's run, so that a restart, a promoted replica, FLUSHALL or a lost key
 * each begin a new epoch: what may have been forgotten is then never admitted a second time, and no session comes back.
 * KEYS[1] is the epoch's key.
 */
export const EPOCH_LUA = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function text(number) return string.format('%.0f', number) end
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local kept = redis.call('HMGET', KEYS[1], 'run', 'at')
local epoch = kept[2]
if not epoch or kept[1] ~= run then
  epoch = text(now)
  redis.call('HSET', KEYS[1], 'run', run, 'at', epoch)
end
`

/** Every key has the same hash tag: in a cluster they are together, so that one script may touch them. */
export const PREFIX = 'ringfence:{trading}:'
export const EPOCH_KEY: string = `${PREFIX}epoch`
