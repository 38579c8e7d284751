import type { Policy } from './policy.ts'

/**
 * The sliding logs on Redis: all policies of a call, and all calls of a batch, in one atomic script.
 *
 * A log is a string: the times of the last admissions in microseconds of the server's clock, oldest first, 8 bytes each.
 * A clock that has gone back (a failover, a step) is clamped to the last admission: time stands, nothing is admitted early.
 * What a script costs is its commands, then the texts that Lua has to make numbers of: all logs are read by one command,
 * only what admits is written, and the policies stand in the script itself.
 *
 * A call has one key for each policy, and as arguments the cost, negative to take nothing, and, if limits depend on the key,
 * those. It answers with three numbers for each policy: the units left, the microseconds until there are more, and those
 * until it admits the call: 1 if it never will, which only a shadow may say, since the limits in force bound the cost.
 *
 * @param time a Lua expression for the server's clock: `TIME`, but in tests of the model
 */
export function checkScript(policies: readonly Policy[], time: string = `redis.call('TIME')`): string {
  const list = (of: (policy: Policy) => unknown): string => policies.map(of).join(', ')
  return `
local number, at, sub, redis_call = tonumber, struct.unpack, string.sub, redis.call
local time = ${time}
local now = time[1] * 1000000 + time[2]
local stamp = struct.pack('>d', now)
-- Of each policy the window, the limit, whether it is in force, and when a log ends that is written now.
local windows, limits = { ${list(({ windowMs }) => windowMs * 1000)} }, { ${list(({ limit }) => limit)} }
local in_force = { ${list(({ shadow }) => !shadow)} }
local ends = { ${list(({ windowMs }) => end(`now + ${windowMs * 1000}`))} }
-- How many there are, and whether limits depend on the key.
local policies, own = ${policies.length}, ${policies.some(({ limitOf }) => limitOf !== undefined)}
-- Later calls of a batch find here what earlier ones have changed. A table costs more than a comparison, so few are made.
local written, behind = #KEYS > policies and {}, nil

local logs = #KEYS > 1 and redis_call('MGET', unpack(KEYS)) or { redis_call('GET', KEYS[1]) }
local replies, r, arg = {}, 0, 1
for first = 0, #KEYS - 1, policies do
  local cost = ARGV[arg] == '1' and 1 or number(ARGV[arg])
  local take = cost > 0
  if not take then cost = -cost end
  arg = arg + 1
  for p = 1, policies do
    local key, limit, left, grows, wait = first + p, limits[p], nil, 0, 0
    if own then
      limit, arg = number(ARGV[arg]), arg + 1
    end
    if cost > limit then wait = 1 end
    local log = written and written[KEYS[key]] or logs[key]
    if log then
      local count, gone, clock = #log / 8, 0, now
      local newest = at('>d', log, #log - 7)
      if newest > now then
        clock, behind = newest, behind or {}
        behind[key] = newest - now
      end
      local horizon = clock - windows[p]
      local oldest = count == 1 and newest or at('>d', log)
      while oldest and oldest <= horizon do
        gone = gone + 1
        oldest = gone < count and at('>d', log, 8 * gone + 1)
      end
      left = limit - count + gone
      if left < cost then
        if wait == 0 then wait = at('>d', log, 8 * (count + cost - limit) - 7) - horizon end
        if in_force[p] then take = false end
        if left < 0 then
          -- The limit was lowered below what is live: the first unit to leave frees nothing yet.
          oldest, left = at('>d', log, 8 * (count - limit) + 1), 0
        end
      end
      if oldest then grows = oldest - horizon end
      logs[key] = gone == 0 and log or sub(log, 8 * gone + 1)
    end
    replies[r + 1], replies[r + 2], replies[r + 3] = left or limit, grows, wait
    r = r + 3
  end
  for p = 1, take and policies or 0 do
    local key, mine = first + p, r - 3 * (policies - p)
    if replies[mine] == 0 then
      local late = behind and behind[key] or 0
      local units = late == 0 and stamp or struct.pack('>d', now + late)
      if cost > 1 then units = string.rep(units, cost) end
      local log = (logs[key] or '') .. units
      redis_call('SET', KEYS[key], log, 'PXAT', late == 0 and ends[p] or ${end('now + late + windows[p]')})
      if written then written[KEYS[key]] = log end
      replies[mine - 2] = replies[mine - 2] - cost
      if replies[mine - 1] == 0 then replies[mine - 1] = windows[p] end
    end
  end
end
return replies`
}

/** When a log may go, by the time its newest entry leaves: on the clock of the entries, not from when the script began. */
function end(leaves: string): string {
  return `string.format('%.0f', math.ceil((${leaves}) / 1000))`
}
