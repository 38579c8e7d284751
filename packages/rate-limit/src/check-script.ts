import type { Policy } from './policy.ts'

/**
 * The sliding logs on Redis: all policies of a call, and all calls of a batch, in one atomic script.
 *
 * A log is a string of times in microseconds of the server's clock, 8 bytes each: until when its key lives, then the last
 * admissions, oldest first. A clock that has gone back (a failover, a step) is clamped to the last admission: time stands,
 * nothing is admitted early.
 *
 * A call has one key for each policy, and as arguments the cost, negative to take nothing, and, if limits depend on the key,
 * those; without any it has those of the call before it. Each policy answers with one number: {@link UNIT} times the units left, plus the
 * microseconds until there are more; or, if it does not admit one unit, the microseconds until it does, negative. If it does
 * not admit several, with three: the units left, until there are more, and until it admits them; the last is 1 if it never
 * will, which only a shadow may say, since the limits in force bound the cost.
 *
 * What a script costs is its commands, then the texts that Lua has to make numbers of, then its tables. So all logs are read
 * by one command, only what admits is written, and the policies are compiled into the script, each with variables of its
 * own. A log is written in place while its key lives long enough for the new entry, at half the cost of SET with an expiry:
 * that is nearly always, because a key lives {@link SLACK_US} longer than it has to.
 *
 * @param time a Lua expression for the server's clock: `TIME`, but in tests of the model
 */
export function checkScript(policies: readonly Policy[], time: string = `redis.call('TIME')`): string {
  const own = policies.some(({ limitOf }) => limitOf !== undefined)
  const each = (part: (policy: Policy, p: number) => string): string =>
    policies.map((one, i) => part(one, i + 1)).join('')
  return `
local number, times, sub, redis_call, keys, args = tonumber, struct.unpack, string.sub, redis.call, KEYS, ARGV
local time = ${time}
local now = time[1] * 1000000 + time[2]
local stamp = struct.pack('>d', now)
local logs = #keys > 1 and redis_call('MGET', unpack(keys)) or { redis_call('GET', keys[1]) }
-- Later calls of a batch find here what earlier ones have written, without the head. A table costs more than a comparison.
local written = #keys > ${policies.length} and {}
local replies, r, arg = {}, 0, 1
local cost, taking
${each(({ limit }, p) => `local limit${p} = ${limit}\n`)}
for first = 0, #keys - 1, ${policies.length} do
  if args[arg] then
    cost = number(args[arg])
    taking = cost > 0
    if not taking then cost = -cost end
    ${own ? each((_, p) => `limit${p} = number(args[arg + ${p}])\n`) : ''}
    arg = arg + ${own ? 1 + policies.length : 1}
  end
  local take = taking
${each(judge)}
  if take then
${each(enter)}
  end
${each((_, p) => answer(p))}
end
return replies`
}

/** What policy `p` says of the call, and what it would write, without the new units. */
function judge({ windowMs, shadow }: Policy, p: number): string {
  const window = windowMs * 1000
  return `
  -- The units left, the time until there are more, and until the call is admitted; whether the key lives long enough; the
  -- last admission if it is ahead of the clock.
  local key${p}, left${p}, grows${p}, wait${p}, log${p}, lives${p}, ahead${p} = keys[first + ${p}], limit${p}, 0, 0, '', false, nil
  do
    if cost > limit${p} then wait${p} = 1 end
    -- The bytes before the entries: what was written for this batch has been cut off its head, and its key lives.
    local log, head = written and written[key${p}], 0
    if not log then log, head = logs[first + ${p}], 8 end
    if log then
      local clock, count, gone, till, oldest = now, (#log - head) / 8, 0, nil, nil
      if head == 8 then till, oldest = times('>dd', log) else oldest = times('>d', log) end
      local newest = count == 1 and oldest or times('>d', log, #log - 7)
      if newest > now then clock, ahead${p} = newest, newest end
      local horizon = clock - ${window}
      if newest <= horizon then gone, oldest = count, nil end
      while oldest and oldest <= horizon do
        gone = gone + 1
        oldest = times('>d', log, head + 8 * gone + 1)
      end
      left${p} = limit${p} - count + gone
      if left${p} < cost then
        if wait${p} == 0 then wait${p} = times('>d', log, head + 8 * (count + cost - limit${p}) - 7) - horizon end
        ${shadow ? '' : 'take = false'}
        if left${p} < 0 then
          -- The limit was lowered below what is live: the first unit to leave frees nothing yet.
          oldest, left${p} = times('>d', log, head + 8 * (count - limit${p}) + 1), 0
        end
      end
      if oldest then grows${p} = oldest - horizon end
      -- In place a log does not get shorter: as many entries go as come. Where too many have left the window, it is set.
      lives${p} = (not till or till >= clock + ${window}) and gone <= ${MOST_GONE}
      log${p} = sub(log, head + 8 * (lives${p} and cost < gone and cost or gone) + 1)
    end
  end`
}

/** Enters a call that all policies in force admit; a shadow that denies it is passed over. */
function enter({ windowMs }: Policy, p: number): string {
  return `
    if wait${p} == 0 then
      local units = ahead${p} and struct.pack('>d', ahead${p}) or stamp
      log${p} = log${p} .. (cost == 1 and units or string.rep(units, cost))
      if lives${p} then
        redis_call('SETRANGE', key${p}, '8', log${p})
      else
        -- On the clock of the entries, not from when the script began.
        local till = math.ceil(((ahead${p} or now) + ${windowMs * 1000 + SLACK_US}) / 1000)
        redis_call('SET', key${p}, struct.pack('>d', till * 1000) .. log${p}, 'PXAT', string.format('%.0f', till))
      end
      if written then written[key${p}] = log${p} end
      left${p} = left${p} - cost
      if grows${p} == 0 then grows${p} = ${windowMs * 1000} end
    end`
}

function answer(p: number): string {
  return `
  r = r + 1
  if wait${p} == 0 then
    replies[r] = left${p} * ${UNIT} + grows${p}
  elseif cost == 1 then
    replies[r] = -wait${p}
  else
    replies[r] = { left${p}, grows${p}, wait${p} }
  end`
}

/** More microseconds than any window has; times 1000 units it is an exact number still. */
export const UNIT: number = 2 ** 41

/** How much longer than its log a key lives (µs): callers who come back before find it alive. Idle ones cost memory. */
const SLACK_US = 10_000_000

/** So many entries that have left the window may stay in a log: every call passes over them. */
const MOST_GONE = 16
