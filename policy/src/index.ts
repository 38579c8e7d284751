export { CLAUSES, knownClause, type Clause, type ClauseId } from './clauses.ts'
export { verifies, violates } from './verifies.ts'
