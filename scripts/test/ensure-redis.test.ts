import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const SCRIPT = join(import.meta.dirname, '../ensure-redis.ts')

test('says nothing when redis-server is there', () => {
  expect(run(undefined)).toEqual({ status: 0, stderr: '' })
})

test('one sentence says what to run when it is missing and cannot be installed', () => {
  const { status, stderr } = run({ PATH: '/nonexistent' })
  expect(status).toBe(1)
  expect(stderr.trim().split('\n').at(-1)).toBe(
    'The tests need redis-server 7 on the PATH: install it with `sudo apt-get install redis-server`.',
  )
})

function run(env: NodeJS.ProcessEnv | undefined): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT], { encoding: 'utf8', ...(env && { env }) })
  return { status, stderr }
}
