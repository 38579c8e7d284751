import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the check reads of renovate.json. */
interface RenovateConfig {
  readonly schedule?: readonly string[]
  readonly rangeStrategy?: string
  readonly osvVulnerabilityAlerts?: boolean
  readonly vulnerabilityAlerts?: {
    readonly enabled?: boolean
    readonly schedule?: readonly string[]
    readonly minimumReleaseAge?: string | null
    readonly prCreation?: string
  }
  readonly packageRules?: readonly { readonly matchPackageNames?: readonly string[]; readonly groupName?: string }[]
}

/** Security updates are proposed at once, without the cooldown; every other update in one group, once a month. */
export function updateBot(root: string): string[] {
  const config = JSON.parse(readFileSync(join(root, 'renovate.json'), 'utf8')) as RenovateConfig
  const { schedule, rangeStrategy, osvVulnerabilityAlerts, vulnerabilityAlerts: alerts, packageRules } = config
  const broken = (holds: boolean, sentence: string): string[] => (holds ? [] : [`renovate.json: ${sentence}`])
  return [
    ...broken(alerts?.enabled === true && osvVulnerabilityAlerts === true, 'security updates are off'),
    ...broken(alerts?.schedule?.join() === 'at any time', 'security updates wait for a schedule'),
    ...broken(alerts?.minimumReleaseAge === null, 'security updates wait for the cooldown'),
    ...broken(alerts?.prCreation === 'immediate', 'security updates are not proposed at once'),
    ...broken(schedule?.length === 1 && MONTHLY.test(schedule[0] ?? ''), 'other updates do not run monthly'),
    ...broken(packageRules?.some(groupsAll) === true, 'other updates are not one group'),
    ...broken(rangeStrategy === 'pin', 'versions are not pinned'),
  ]
}

function groupsAll(rule: { readonly matchPackageNames?: readonly string[]; readonly groupName?: string }): boolean {
  return rule.matchPackageNames?.join() === '*' && rule.groupName !== undefined
}

const MONTHLY = /on the first day of the month$/
