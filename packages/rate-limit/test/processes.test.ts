import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { verifies, violates } from '@ringfence/policy'
import { connectRedis, type Redis } from '@ringfence/redis'
import { startRedis, type RedisServer } from '@ringfence/redis/testing'
import { afterAll, beforeAll, expect } from 'vitest'
import { ourRaces, rivalRaces } from './support/races.ts'
import { busiestWindow } from './support/reference.ts'

const hammer = fileURLToPath(new URL('support/hammer.ts', import.meta.url))
const SECOND = 1_000_000

let server: RedisServer
let redis: Redis
/** Of each race how many attempts the processes saw admitted, and when Redis admitted them (microseconds of its clock). */
const admitted: Record<string, number> = {}
const times: Record<string, readonly number[]> = {}

beforeAll(async () => {
  server = await startRedis()
  redis = await connectRedis({ url: server.url, budgetMs: 5_000 })
  const children = Array.from({ length: 4 }, (_, i) =>
    fork(hammer, [server.url, String(i)], { execArgv: ['--conditions=@ringfence/source'] }),
  )
  await Promise.all(children.map(heard))
  const start = Date.now() + 50
  const counts = children.map((child) => counted(child, start))
  const observers = ourRaces.map(async ({ name }) => {
    times[name] = await observe(name, Promise.all(counts))
  })
  for (const count of await Promise.all(counts)) {
    for (const [name, number] of Object.entries(count)) admitted[name] = (admitted[name] ?? 0) + number
  }
  await Promise.all(observers)
  for (const { name } of rivalRaces) {
    times[name] = ((await redis.command(['LRANGE', `trail:${name}`, '0', '-1'])) as string[]).map(Number)
  }
}, 60_000)

afterAll(async () => {
  redis.close()
  await server.stop()
})

for (const { name } of ourRaces) {
  verifies('TR-15', `four processes on one Redis together admit at most 10 in any second: ${name}`, () => {
    expect(times[name]).toHaveLength(admitted[name]!)
    expect(busiestWindow(times[name]!, SECOND)).toBe(10)
    // Three seconds of a flood are three windows: the limit is used to the full.
    expect(admitted[name]).toBeGreaterThanOrEqual(name.startsWith('flood') ? 30 : 10)
  })
}

for (const { name } of rivalRaces) {
  violates('TR-15', `under the same attacks of the same processes ${name} is caught`, () => {
    expect(times[name]).toHaveLength(admitted[name]!)
    expect(busiestWindow(times[name]!, SECOND)).toBeGreaterThan(10)
  })
}

async function counted(child: ChildProcess, start: number): Promise<Record<string, number>> {
  child.send(start)
  return (await heard(child)) as Record<string, number>
}

/** What the process says next; rejects if it ends instead. */
async function heard(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('a process ended before its time')))
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown]
  return message
}

/** The log holds at least the last 10 admissions, so looking often shows every one of them. Those of a batch share a time. */
async function observe(race: string, end: Promise<unknown>): Promise<number[]> {
  let over = false
  void end.finally(() => {
    over = true
  })
  const seen = new Map<number, number>()
  for (let last = false; !last; ) {
    last = over
    const log = await readLog(`${race.replace(/\W+/g, '-')}:*`)
    for (const time of log) seen.set(time, Math.max(seen.get(time) ?? 0, log.filter((at) => at === time).length))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return [...seen].flatMap(([time, count]) => Array<number>(count).fill(time))
}

/** The times in the only log of this pattern, in microseconds, behind its head. */
async function readLog(pattern: string): Promise<number[]> {
  const [key] = (await redis.command(['KEYS', pattern])) as string[]
  if (key === undefined) return []
  const entries = (await redis.command(['EVAL', UNPACK, '1', key])) as string[]
  return entries.map(Number)
}

const UNPACK = `local log, times = redis.call('GET', KEYS[1]) or '', {}
for i = 9, #log, 8 do times[#times + 1] = string.format('%.0f', (struct.unpack('>d', log, i))) end
return times`
