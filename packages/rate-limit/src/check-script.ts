/**
 * The sliding logs on Redis: all policies of a call, and all calls of a batch, in one atomic script.
 *
 * A log is a string: the times of the last admissions in microseconds of the server's clock, oldest first, 8 bytes each.
 * A clock that has gone back (a failover, a step) is clamped to the last admission: time stands, nothing is admitted early.
 * Commands are what a script costs, so all logs are read by one MGET, and each that changed is written once.
 *
 * ARGV begins with the number of policies, then for each its window (milliseconds), its limit, and 1 if it is a shadow. A
 * call has one key for each policy, and as arguments the cost, negative to take nothing, and, if limits depend on the key,
 * those. It answers with three numbers for each policy: the units left, the microseconds until there are more, and those
 * until it admits the call.
 *
 * @param time a Lua expression for the server's clock: `TIME`, but in tests of the model
 */
export function checkScript(time: string = `redis.call('TIME')`): string {
  return `
local unpack_time, sub = struct.unpack, string.sub
local time = ${time}
local now = time[1] * 1000000 + time[2]
local stamp = struct.pack('>d', now)
local policies = tonumber(ARGV[1])
local windows, limits, shadows = {}, {}, {}
for p = 1, policies do
  windows[p], limits[p], shadows[p] = ARGV[3 * p - 1] * 1000, tonumber(ARGV[3 * p]), ARGV[3 * p + 1] == '1'
end

local logs, written, ttls = redis.call('MGET', unpack(KEYS)), {}, {}
local replies, clocks, r, arg = {}, {}, 0, 2 + 3 * policies
local own = (#ARGV - arg + 1) * policies > #KEYS
for first = 0, #KEYS - 1, policies do
  local cost = tonumber(ARGV[arg])
  local take = cost > 0
  if not take then cost = -cost end
  arg = arg + 1
  for p = 1, policies do
    local limit, clock, left, grows, wait = limits[p], now, nil, 0, 0
    if own then
      limit, arg = tonumber(ARGV[arg]), arg + 1
    end
    -- An earlier call of the batch may have written this log.
    local log = written[KEYS[first + p]] or logs[first + p]
    if log then
      local count, gone = #log / 8, 0
      local newest = unpack_time('>d', log, #log - 7)
      if newest > now then clock = newest end
      local horizon = clock - windows[p]
      local oldest = count == 1 and newest or unpack_time('>d', log)
      while oldest and oldest <= horizon do
        gone = gone + 1
        oldest = gone < count and unpack_time('>d', log, 8 * gone + 1)
      end
      left = limit - count + gone
      if left < cost then
        wait = unpack_time('>d', log, 8 * (count + cost - limit) - 7) - horizon
        if not shadows[p] then take = false end
        if left < 0 then
          -- The limit was lowered below what is live: the first unit to leave frees nothing yet.
          oldest, left = unpack_time('>d', log, 8 * (count - limit) + 1), 0
        end
      end
      if oldest then grows = oldest - horizon end
      logs[first + p] = gone == 0 and log or sub(log, 8 * gone + 1)
    end
    clocks[p] = clock
    replies[r + 1], replies[r + 2], replies[r + 3] = left or limit, grows, wait
    r = r + 3
  end
  for p = 1, take and policies or 0 do
    local mine = r - 3 * (policies - p)
    if replies[mine] == 0 then
      local key, behind = KEYS[first + p], clocks[p] - now
      local units = behind == 0 and stamp or struct.pack('>d', clocks[p])
      if cost > 1 then units = string.rep(units, cost) end
      written[key] = (logs[first + p] or '') .. units
      ttls[key] = behind == 0 and ARGV[3 * p - 1] or math.ceil((behind + windows[p]) / 1000)
      replies[mine - 2] = replies[mine - 2] - cost
      if replies[mine - 1] == 0 then replies[mine - 1] = windows[p] end
    end
  end
end
for key, log in pairs(written) do redis.call('SET', key, log, 'PX', ttls[key]) end
return replies`
}
