import { attacks } from './attacks.ts'

/** What four processes on one Redis do, all of it at the same time, each race on keys of its own. */
export interface Race {
  readonly name: string
  readonly attack: keyof typeof attacks
  /** The monotonic clocks of the processes are ahead of each other, and run at different rates. */
  readonly skewed: boolean
  /** Attacked in place of our limiter: a script that answers 1 if it admits, and then enters the time in a trail. */
  readonly rival?: string
}

export const ourRaces: readonly Race[] = [
  ...Object.keys(attacks).map((attack) => ({ name: attack, attack, skewed: false })),
  { name: 'flood, clocks skewed', attack: 'flood', skewed: true },
]

/** KEYS are the state and the trail, ARGV is the clock of the process (ms). */
export const rivalRaces: readonly Race[] = [
  {
    name: 'a fixed window that starts at the first hit',
    attack: 'first-hit boundary',
    skewed: false,
    rival: `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], 1000) end
if count > 10 then return 0 end
local time = redis.call('TIME')
redis.call('RPUSH', KEYS[2], time[1] * 1000000 + time[2])
return 1`,
  },
  {
    name: 'a log on the clocks of the processes',
    attack: 'flood',
    skewed: true,
    rival: `
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1] - 1000)
if redis.call('ZCARD', KEYS[1]) >= 10 then return 0 end
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], ARGV[1], redis.call('RPUSH', KEYS[2], time[1] * 1000000 + time[2]))
return 1`,
  },
]
