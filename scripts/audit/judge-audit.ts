/** What we decided about one advisory, in docs/audit-verdicts.json, by its GHSA id. */
export interface AuditVerdict {
  readonly verdict: 'not-affected' | 'accepted'
  readonly why: string
  /** ISO date after which somebody must look again. */
  readonly until: string
}

/** The part of `pnpm audit --json` that is read here. */
export interface AuditReport {
  readonly advisories: Readonly<Record<string, Advisory>>
}

interface Advisory {
  readonly module_name: string
  readonly severity: string
  readonly title: string
  readonly github_advisory_id: string
  readonly patched_versions?: string
}

/**
 * Every finding needs a verdict that still holds, and a verdict goes when its finding is gone.
 *
 * @param today ISO date
 * @returns a sentence for each place where that is not so
 */
export function judgeAudit(
  report: AuditReport,
  verdicts: Readonly<Record<string, AuditVerdict>>,
  today: string,
): readonly string[] {
  const findings = Object.values(report.advisories)
  const found = new Set(findings.map(({ github_advisory_id: id }) => id))
  return [
    ...findings.flatMap((finding) => problemOf(finding, verdicts[finding.github_advisory_id], today)),
    ...Object.keys(verdicts)
      .filter((id) => !found.has(id))
      .map((id) => `${id}: has a verdict but is found no more: remove it from docs/audit-verdicts.json`),
  ]
}

function problemOf(finding: Advisory, verdict: AuditVerdict | undefined, today: string): string[] {
  const { github_advisory_id: id, module_name: name, severity, title, patched_versions: patched } = finding
  if (verdict === undefined)
    return [`${id} (${severity}) in ${name}: ${title}; patched in ${patched ?? 'no version yet'}`]
  if (verdict.why.trim() === '') return [`${id}: the verdict gives no reason`]
  if (!(today <= verdict.until)) return [`${id}: the verdict was good until ${verdict.until}: look again`]
  return []
}
