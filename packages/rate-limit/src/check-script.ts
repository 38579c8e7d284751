/**
 * The sliding logs on Redis: all policies of a call, and all calls of a batch, in one atomic script.
 *
 * A log is a string: the times of the last admissions in microseconds of the server's clock, oldest first, 8 bytes each.
 * A clock that has gone back (a failover, a step) is clamped to the last admission: time stands, nothing is admitted early.
 * Commands are what a script costs, so all logs are read by one MGET, and each that changed is written once.
 *
 * Of a call: KEYS its logs; ARGV the cost, '1' to take it or '0', then limit and window (microseconds) of each policy.
 * It answers for each policy the units left, the microseconds until there are more, and those until it admits the call.
 *
 * @param time a Lua expression for the server's clock: `TIME`, but in tests of the model
 */
export function checkScript(time: string = `redis.call('TIME')`): string {
  return `
local time = ${time}
local now = time[1] * 1000000 + time[2]
local logs, names, changed = {}, {}, {}
for _, call in ipairs(calls) do
  for _, key in ipairs(call.keys) do
    if not logs[key] then
      logs[key] = ''
      names[#names + 1] = key
    end
  end
end
for i, log in ipairs(redis.call('MGET', unpack(names))) do logs[names[i]] = log or '' end

local function stamp(log, i) return (struct.unpack('>d', log, 8 * i - 7)) end

local replies = {}
for n, call in ipairs(calls) do
  local cost, reply, allowed, clocks = tonumber(call.args[1]), {}, true, {}
  for p, key in ipairs(call.keys) do
    local log, limit, window = logs[key], tonumber(call.args[2 * p + 1]), tonumber(call.args[2 * p + 2])
    local count = #log / 8
    local clock = count > 0 and math.max(now, stamp(log, count)) or now
    local gone = 0
    while gone < count and stamp(log, gone + 1) + window <= clock do gone = gone + 1 end
    local left = limit - (count - gone)
    local wait = left < cost and stamp(log, count + cost - limit) + window - clock or 0
    allowed = allowed and wait == 0
    clocks[p] = clock
    reply[3 * p - 2] = math.max(left, 0)
    reply[3 * p - 1] = gone < count and stamp(log, gone + 1) + window - clock or 0
    reply[3 * p] = wait
    logs[key] = string.sub(log, 8 * gone + 1)
  end
  if allowed and call.args[2] == '1' then
    for p, key in ipairs(call.keys) do
      local window = tonumber(call.args[2 * p + 2])
      logs[key] = logs[key] .. string.rep(struct.pack('>d', clocks[p]), cost)
      changed[key] = math.ceil((clocks[p] - now + window) / 1000)
      if reply[3 * p - 1] == 0 then reply[3 * p - 1] = window end
      reply[3 * p - 2] = reply[3 * p - 2] - cost
    end
  end
  replies[n] = reply
end
for key, ttl in pairs(changed) do redis.call('SET', key, logs[key], 'PX', ttl) end
return replies`
}
