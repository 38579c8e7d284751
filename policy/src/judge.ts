import { CLAUSES } from './clauses.ts'
import type { Evidence } from './evidence.ts'

/** How one clause stands after a whole run. */
export interface Standing {
  readonly id: string
  readonly state: 'proven' | 'open' | 'failed'
  /** How many passing tests prove it, and how many passing negative controls stand beside them. */
  readonly proofs: number
  readonly controls: number
  /** Why it is open, or what is wrong. */
  readonly why?: string
}

/** The verdict of the gate: it holds when `problems` is empty. */
export interface Verdict {
  readonly standings: readonly Standing[]
  readonly problems: readonly string[]
}

/**
 * Holds the evidence of a run against the policy. A clause is proven by a passing proof beside a passing negative
 * control, with no failing test that carries it. Else it must be on the short list of what is open; an entry there that
 * is proven, or that no policy has, is a problem too: the list only ever says what is true.
 */
export function judge(evidence: Evidence, open: Readonly<Record<string, string>>): Verdict {
  const standings = [...CLAUSES.keys()].map((id) => standing(id, evidence, open[id]))
  const cited = evidence.tests.flatMap(({ clauses }) => clauses)
  const unknown = [...new Set([...cited, ...Object.keys(open)])].filter((id) => !CLAUSES.has(id))
  return {
    standings,
    problems: [
      ...unknown.map((id) => `${id}: not a clause of the policy`),
      ...standings.filter(({ state }) => state === 'failed').map(({ id, why }) => `${id}: ${why}`),
    ],
  }
}

function standing(id: string, { tests }: Evidence, reason: string | undefined): Standing {
  const carrying = tests.filter(({ clauses }) => clauses.includes(id))
  const passing = carrying.filter(({ passed }) => passed)
  const proofs = passing.filter(({ role }) => role === 'proof').length
  const controls = passing.length - proofs
  const failing = carrying.find(({ passed }) => !passed)
  const entry = (state: Standing['state'], why?: string): Standing => ({
    id,
    state,
    proofs,
    controls,
    ...(why !== undefined && { why }),
  })
  if (failing !== undefined) return entry('failed', `did not pass: ${failing.test}`)
  if (proofs > 0 && controls > 0) {
    return reason === undefined ? entry('proven') : entry('failed', 'proven, yet still listed in policy/src/open.ts')
  }
  if (reason !== undefined)
    return reason.trim() === '' ? entry('failed', 'open without a reason') : entry('open', reason)
  if (proofs > 0) return entry('failed', 'has a proof but no negative control: add violates()')
  if (controls > 0) return entry('failed', 'has a negative control but no proof: add verifies()')
  return entry('failed', 'has no test and no entry in policy/src/open.ts')
}
