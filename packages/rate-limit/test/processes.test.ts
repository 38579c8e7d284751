import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { verifies, violates } from '@ringfence/policy'
import type { Redis } from '@ringfence/redis'
import { expect } from 'vitest'
import { privateRedis } from './support/redis.ts'
import { busiestWindow } from './support/reference.ts'

const hammer = fileURLToPath(new URL('support/hammer.ts', import.meta.url))

verifies(
  'TR-15',
  'four processes on one Redis together admit at most 10 in any second, on the clock of the server',
  async () => {
    const { server, redis } = await privateRedis({ budgetMs: 5_000 })
    const args = ['--conditions=@ringfence/source', hammer, server.url, '3000']
    const running = Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, args))
    const counts: number[] = []
    for (const child of running) void child.then(({ stdout }) => counts.push(Number(stdout)))
    // The log holds the last 10 admissions, so looking often shows every one of them. Those of a batch share a time.
    const seen = new Map<number, number>()
    while (counts.length < running.length) {
      const log = await readLog(redis)
      for (const time of log) seen.set(time, Math.max(seen.get(time) ?? 0, log.filter((at) => at === time).length))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const admissions = [...seen].flatMap(([time, count]) => Array<number>(count).fill(time))
    const admitted = counts.reduce((sum, count) => sum + count)
    expect(admissions.length).toBe(admitted)
    expect(admitted).toBeGreaterThanOrEqual(30)
    expect(busiestWindow(admissions, 1_000_000)).toBe(10)
  },
  60_000,
)

violates('TR-15', 'four processes that each count for themselves are caught', () => {
  const admissions = Array.from({ length: 4 }, () => Array.from({ length: 10 }, (_, i) => i)).flat()
  expect(busiestWindow(admissions, 1_000_000)).toBeGreaterThan(10)
})

/** The times in the only log there is, in microseconds. */
async function readLog(redis: Redis): Promise<number[]> {
  const [key] = (await redis.command(['KEYS', '*'])) as string[]
  if (key === undefined) return []
  const times = (await redis.command(['EVAL', UNPACK, '1', key])) as string[]
  return times.map(Number)
}

const UNPACK = `local log, times = redis.call('GET', KEYS[1]) or '', {}
for i = 1, #log, 8 do times[#times + 1] = string.format('%.0f', (struct.unpack('>d', log, i))) end
return times`
