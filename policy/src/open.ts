import type { ClauseId } from './clauses.ts'

/** The clauses that nothing proves yet, each with the reason. An entry that gets proven must go: the gate says so. */
export const OPEN: Partial<Readonly<Record<ClauseId, string>>> = {}
