/**
 * What every script begins with: the server's clock in `now` (ms since the epoch), and in `run` the identity of this
 * very server process. A restart, or a replica that was promoted without the last writes, has another identity.
 */
export const LUA_PRELUDE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local info = redis.call('INFO', 'server')
local _, at = string.find(info, 'run_id:', 1, true)
local run = string.sub(info, at + 1, at + 40)
`
