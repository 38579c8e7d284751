import { TOOL_SERVER_RULES } from './tool-server-rules.ts'
import { TRADING_RULES } from './trading-rules.ts'

type Rules = typeof TRADING_RULES & typeof TOOL_SERVER_RULES

/** The id of a rule with one part (`TR-15`), or of one clause of a rule with several (`TS-21/pins`). */
export type ClauseId = {
  [Id in keyof Rules]: Rules[Id]['proves'] extends string ? Id : `${Id}/${keyof Rules[Id]['proves'] & string}`
}[keyof Rules]

/** What needs a proof: one sentence of one policy. */
export interface Clause {
  readonly id: string
  /** The sentence of the policy that it belongs to. */
  readonly rule: string
  /** What a test must show. */
  readonly proves: string
}

/** Every clause of both policies, by id, in the order of the policies. */
export const CLAUSES: ReadonlyMap<string, Clause> = new Map(
  Object.entries<Rule>({ ...TRADING_RULES, ...TOOL_SERVER_RULES })
    .flatMap(([id, rule]) => clausesOf(id, rule))
    .map((clause) => [clause.id, clause]),
)

/**
 * The id itself.
 *
 * @throws {TypeError} for an id that no policy has, naming the ids of the same rule
 */
export function knownClause(id: string): string {
  if (CLAUSES.has(id)) return id
  const siblings = [...CLAUSES.keys()].filter((other) => other.startsWith(`${id.split('/')[0]}/`))
  const hint = siblings.length > 0 ? `: use one of ${siblings.join(', ')}` : ''
  throw new TypeError(`${JSON.stringify(id)} is not a clause of the policy${hint}`)
}

interface Rule {
  readonly rule: string
  readonly proves: string | Readonly<Record<string, string>>
}

function clausesOf(id: string, { rule, proves }: Rule): Clause[] {
  if (typeof proves === 'string') return [{ id, rule, proves }]
  return Object.entries(proves).map(([part, sentence]) => ({ id: `${id}/${part}`, rule, proves: sentence }))
}
