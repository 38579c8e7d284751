import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { verifies, violates } from '@ringfence/policy'
import { expect } from 'vitest'
import { releaseScan } from '../../checks/release-scan.ts'
import { REPOSITORY, tree } from '../tree.ts'

const WORKFLOW = readFileSync(join(REPOSITORY, '.github/workflows/release.yml'), 'utf8')

verifies('TR-23/release', 'every way to publish runs the audit first', () => {
  expect(releaseScan(REPOSITORY)).toEqual([])
})

violates('TR-23/release', 'a way to publish without the audit is caught', () => {
  for (const command of [
    'changeset publish',
    'node scripts/audit.ts && changeset publish',
    'node scripts/audit.ts --required || changeset publish',
    'pnpm publish -r && node scripts/audit.ts --required',
  ]) {
    expect(releaseScan(repository(command, WORKFLOW)), command).toEqual([expect.stringContaining('publishes without')])
  }
  const guarded = 'node scripts/audit.ts --required && changeset publish'
  expect(releaseScan(repository(guarded, `${WORKFLOW}\n      - run: npm publish\n`))).toEqual([
    'release.yml: publishes by another way than release:publish',
  ])
})

function repository(command: string, workflow: string): string {
  const manifest = JSON.stringify({ scripts: { build: 'turbo run build', 'release:publish': command } })
  return tree({ 'package.json': manifest, '.github/workflows/release.yml': workflow })
}
