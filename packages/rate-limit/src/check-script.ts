/**
 * The sliding logs on Redis: all policies of a call, and all calls of a batch, in one atomic script.
 *
 * A log is a string: the times of the last admissions in microseconds of the server's clock, oldest first, 8 bytes each.
 * A clock that has gone back (a failover, a step) is clamped to the last admission: time stands, nothing is admitted early.
 * Commands are what a script costs, so all logs are read by one MGET, and each that changed is written once.
 *
 * ARGV begins with the number of policies, then for each its window (microseconds) and 1 if it is a shadow. A call has one
 * key for each policy, and as arguments the cost, negative to take nothing, and the limit of each policy for its key. It
 * answers with three numbers for each policy: the units left, the microseconds until there are more, and those until it
 * admits the call.
 *
 * @param time a Lua expression for the server's clock: `TIME`, but in tests of the model
 */
export function checkScript(time: string = `redis.call('TIME')`): string {
  return `
local time = ${time}
local now = time[1] * 1000000 + time[2]
local policies = tonumber(ARGV[1])
local windows, shadows = {}, {}
for p = 1, policies do windows[p], shadows[p] = tonumber(ARGV[2 * p]), ARGV[2 * p + 1] == '1' end

local logs, changed, replies = {}, {}, {}
for i, log in ipairs(redis.call('MGET', unpack(KEYS))) do logs[KEYS[i]] = log or '' end

local unpack_stamp, pack_stamp, sub = struct.unpack, struct.pack, string.sub
local clocks = {}
for call = 1, #KEYS / policies do
  local first, arg = (call - 1) * policies, 2 + 2 * policies + (call - 1) * (1 + policies)
  local cost = tonumber(ARGV[arg])
  local take = cost > 0
  cost = math.abs(cost)
  for p = 1, policies do
    local key, limit, window = KEYS[first + p], tonumber(ARGV[arg + p]), windows[p]
    local log = logs[key]
    local count = #log / 8
    local clock, gone, left, grows, wait = now, 0, limit, 0, 0
    if count > 0 then
      local newest = unpack_stamp('>d', log, 8 * count - 7)
      if newest > now then clock = newest end
      local horizon = clock - window
      local oldest = unpack_stamp('>d', log)
      while oldest and oldest <= horizon do
        gone = gone + 1
        oldest = gone < count and unpack_stamp('>d', log, 8 * gone + 1)
      end
      left = limit - (count - gone)
      -- More may be live than the limit allows, if it was lowered: then the first of them to leave frees nothing.
      if left < 0 then oldest = unpack_stamp('>d', log, 8 * (count - limit) + 1) end
      if oldest then grows = oldest - horizon end
      if left < cost then
        wait = unpack_stamp('>d', log, 8 * (count + cost - limit) - 7) - horizon
        if not shadows[p] then take = false end
      end
      left = math.max(left, 0)
      if gone > 0 then logs[key] = sub(log, 8 * gone + 1) end
    end
    clocks[p] = clock
    local at = 3 * (first + p)
    replies[at - 2], replies[at - 1], replies[at] = left, grows, wait
  end
  for p = 1, take and policies or 0 do
    local key, at = KEYS[first + p], 3 * (first + p)
    if replies[at] == 0 then
      local stamp = pack_stamp('>d', clocks[p])
      if cost > 1 then stamp = string.rep(stamp, cost) end
      logs[key] = logs[key] .. stamp
      changed[key] = math.ceil((clocks[p] - now + windows[p]) / 1000)
      replies[at - 2] = replies[at - 2] - cost
      if replies[at - 1] == 0 then replies[at - 1] = windows[p] end
    end
  end
end
for key, ttl in pairs(changed) do redis.call('SET', key, logs[key], 'PX', ttl) end
return replies`
}
