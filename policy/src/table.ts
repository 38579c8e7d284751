import { CLAUSES } from './clauses.ts'
import type { Standing } from './judge.ts'

/** The table that `pnpm policy` prints: one line per clause, the reason beneath one that is not proven. */
export function table(standings: readonly Standing[]): string {
  const width = Math.max(...standings.map(({ id }) => id.length))
  return standings
    .map(({ id, state, proofs, controls, why }) => {
      const line = `${state.padEnd(6)}  ${id.padEnd(width)}  ${String(proofs).padStart(3)} + ${String(controls).padEnd(3)}`
      const sentence = CLAUSES.get(id)?.proves ?? ''
      return `${line} ${sentence}${why === undefined ? '' : `\n${' '.repeat(width + 19)}(${why})`}`
    })
    .join('\n')
}
