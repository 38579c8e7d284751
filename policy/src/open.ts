import type { ClauseId } from './clauses.ts'

/** The clauses that nothing proves yet, each with the reason. An entry that gets proven must go: the gate says so. */
export const OPEN: Partial<Readonly<Record<ClauseId, string>>> = {
  'TR-27/keys': 'the self-audit comes with the attack kit',
  'TR-27/orders': 'the self-audit comes with the attack kit',
  'TR-27/overdue': 'there is no first audit report yet whose age could be checked',
  'TS-24': 'the release checklist and the report that shows it come with the self-audit',
}
