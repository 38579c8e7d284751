import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startRedis } from '@ringfence/redis/testing'
import { expect, onTestFinished, test } from 'vitest'
import { connected } from '../support/redis.ts'
import { redisReplayStore } from '../../src/redis.ts'

test('1,000 copies of one request to 4 processes: exactly 1 is fresh', async () => {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  const redis = await connected(server)
  await redisReplayStore({ redis })
  const [run] = String(await redis.command(['GET', '{rf}e'])).split(' ')
  await redis.command(['SET', '{rf}e', `${run} ${Date.now() - 60_000}`])
  const createdAt = Math.floor(Date.now() / 1_000) * 1_000
  const script = fileURLToPath(new URL('../support/consume-copies.ts', import.meta.url))
  const children = Array.from({ length: 4 }, () =>
    fork(script, [server.url, '250', String(createdAt)], { execArgv: ['--conditions=@ringfence/source'] }),
  )
  onTestFinished(() => {
    for (const child of children) child.kill()
  })
  await Promise.all(children.map((child) => once(child, 'message')))
  const answers = children.map((child) => once(child, 'message'))
  for (const child of children) child.send('go')
  const fresh = (await Promise.all(answers)).map(([count]) => Number(count))
  expect(fresh.toSorted((a, b) => a - b)).toEqual([0, 0, 0, 1])
}, 30_000)
