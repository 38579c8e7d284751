import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readEvidence } from '../src/evidence.ts'

const FIXTURE = join(import.meta.dirname, 'fixture')
const VITEST = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs')

test('the reporter writes what each test that carries a clause showed, and the counts of the whole run', async () => {
  const run = spawnSync(process.execPath, [VITEST, 'run', '--root', FIXTURE], { encoding: 'utf8' })
  expect(run.status).toBe(1)
  expect(await readEvidence(join(FIXTURE, '.state/evidence.json'))).toEqual({
    passed: 3,
    failed: 1,
    skipped: 0,
    tests: [
      { role: 'proof', clauses: ['TR-15', 'TR-17/request-id'], passed: true, test: expect.stringContaining('holds') },
      { role: 'control', clauses: ['TR-15'], passed: true, test: expect.stringContaining('is caught') },
      { role: 'proof', clauses: ['TR-18'], passed: false, test: expect.stringContaining('does not hold') },
    ],
  })
}, 20_000)
