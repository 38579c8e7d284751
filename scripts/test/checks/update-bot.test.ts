import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { verifies, violates } from '@ringfence/policy'
import { expect } from 'vitest'
import { updateBot } from '../../checks/update-bot.ts'
import { REPOSITORY, tree } from '../tree.ts'

verifies(['TR-24/security', 'TR-24/others', 'TS-21/updates'], 'the update bot does both', () => {
  expect(updateBot(REPOSITORY)).toEqual([])
})

violates('TR-24/security', 'security updates that wait or are off are caught', () => {
  const alerts = (change: object): readonly string[] =>
    updateBot(
      changed((config) => ({
        ...config,
        vulnerabilityAlerts: { ...asObject(config['vulnerabilityAlerts']), ...change },
      })),
    )
  expect(alerts({ enabled: false })).toEqual(['renovate.json: security updates are off'])
  expect(alerts({ schedule: ['on monday'] })).toEqual(['renovate.json: security updates wait for a schedule'])
  expect(alerts({ minimumReleaseAge: '3 days' })).toEqual(['renovate.json: security updates wait for the cooldown'])
  expect(alerts({ prCreation: 'not-pending' })).toEqual(['renovate.json: security updates are not proposed at once'])
})

violates(['TR-24/others', 'TS-21/updates'], 'updates at another pace, ungrouped or unpinned are caught', () => {
  expect(updateBot(changed((config) => ({ ...config, schedule: ['every weekend'] })))).toEqual([
    'renovate.json: other updates do not run monthly',
  ])
  expect(updateBot(changed((config) => ({ ...config, packageRules: [] })))).toEqual([
    'renovate.json: other updates are not one group',
  ])
  expect(updateBot(changed((config) => ({ ...config, rangeStrategy: 'bump' })))).toEqual([
    'renovate.json: versions are not pinned',
  ])
})

function changed(change: (config: Record<string, unknown>) => object): string {
  const config = asObject(JSON.parse(readFileSync(join(REPOSITORY, 'renovate.json'), 'utf8')))
  return tree({ 'renovate.json': JSON.stringify(change(config)) })
}

function asObject(value: unknown): Record<string, unknown> {
  return value as Record<string, unknown>
}
