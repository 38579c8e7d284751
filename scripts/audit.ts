import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { judgeAudit, type AuditReport, type AuditVerdict } from './audit/judge-audit.ts'
import { pnpm } from './pnpm.ts'

/**
 * Asks the registry for advisories about every package of the lockfiles. A finding without a verdict fails. So does a
 * registry that does not answer, where `--required` says that this run is the one that must know (hosted CI, a release);
 * elsewhere it is said, and never looks like a pass.
 */
const required = process.argv.includes('--required')
const root = join(import.meta.dirname, '..')
const lockfiles = [root, join(root, 'scripts/release/tools')]

const reports = lockfiles.map(auditOf)
if (!reports.every((report) => report !== undefined)) {
  console.log('dependency audit: NOT CHECKED (the registry did not answer the advisories request)')
  process.exit(required ? 1 : 0)
}

const verdicts = JSON.parse(readFileSync(join(root, 'docs/audit-verdicts.json'), 'utf8')) as Record<
  string,
  AuditVerdict
>
const report = { advisories: Object.fromEntries(reports.flatMap(({ advisories }) => Object.entries(advisories))) }
const problems = judgeAudit(report, verdicts, new Date().toISOString().slice(0, 10))
for (const problem of problems) console.error(`dependency audit: ${problem}`)
if (problems.length > 0) process.exit(1)
console.log(`dependency audit: checked, ${Object.keys(report.advisories).length} findings, each with a verdict`)

function auditOf(folder: string): AuditReport | undefined {
  const { command, args } = pnpm()
  return parseReport(spawnSync(command, [...args, 'audit', '--json'], { cwd: folder, encoding: 'utf8' }).stdout)
}

function parseReport(text: string): AuditReport | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const complete = typeof value === 'object' && value !== null && 'advisories' in value && 'metadata' in value
    return complete ? (value as AuditReport) : undefined
  } catch {
    return undefined
  }
}
