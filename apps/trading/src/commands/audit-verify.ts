import * as events from '../events.ts'
import { verifyTrail } from '../store/verify-trail.ts'
import type { OperatorCommand } from './command.ts'
import { loggedHeads } from './logged-heads.ts'

/** Recomputes the trail in one snapshot of the database: a running app neither waits nor gets in its way. */
export const auditVerify: OperatorCommand = {
  name: 'audit verify',
  operands: '[LOG_FILE...]',
  summary:
    'Checks the trail of orders and halts, also against the heads in these logs; exit code 1 if it does not hold.',
  async run(words, { db, trailKey, logger }) {
    const heads = await loggedHeads(words)
    const verdict = trailKey.use((key) => db.transaction(() => verifyTrail(db, key, heads))())
    const facts = { ...verdict.head, heads: heads.length }
    if (verdict.ok) logger.info(events.trailHolds(facts))
    else logger.error(events.trailBroken({ ...facts, problem: verdict.problem }))
    return verdict.ok ? 0 : 1
  },
}
