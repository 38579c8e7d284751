import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startRedis } from '@ringfence/redis/testing'
import { expect, onTestFinished, test } from 'vitest'
import { redisReplayStore } from '../../src/redis.ts'
import { fixture } from '../support/fixture.ts'
import { connected } from '../support/redis.ts'
import type { Copies } from '../support/verify-copies.ts'

test('1,000 copies of one signed request to 4 processes: exactly 1 is accepted', async () => {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  const redis = await connected(server)
  await redisReplayStore({ redis })
  // As if the store had remembered for a minute.
  const [run] = String(await redis.command(['GET', '{rf}e'])).split(' ')
  await redis.command(['SET', '{rf}e', `${run} ${Date.now() - 60_000}`])
  const script = fileURLToPath(new URL('../support/verify-copies.ts', import.meta.url))
  const children = Array.from({ length: 4 }, () => fork(script, [], { execArgv: ['--conditions=@ringfence/source'] }))
  onTestFinished(() => {
    for (const child of children) child.kill()
  })
  await Promise.all(children.map((child) => once(child, 'message')))
  const answers = children.map((child) => once(child, 'message'))
  const { key, sign } = fixture()
  const copies: Copies = { url: server.url, key, headers: sign({ now: Date.now() }), count: 250 }
  for (const child of children) child.send(copies)
  const accepted = (await Promise.all(answers)).map(([count]) => Number(count))
  expect(accepted.toSorted((a, b) => a - b)).toEqual([0, 0, 0, 1])
}, 30_000)
