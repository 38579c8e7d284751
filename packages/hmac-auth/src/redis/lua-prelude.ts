/**
 * What every script begins with: the server's clock in `now` (ms since the epoch), and in `run` the identity of this
 * very server process. A restart, or a replica that was promoted without the last writes, has another identity.
 */
export const LUA_PRELUDE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
`

/** All keys share one hash tag, hence one slot: a script may touch several of them in a cluster. */
export function keySpace(prefix: string): string {
  return `{${prefix}}`
}

/** Short, since it is part of every key. */
export const DEFAULT_PREFIX = 'rf'
