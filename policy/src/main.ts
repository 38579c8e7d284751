import { spawnSync } from 'node:child_process'
import { readEvidence } from './evidence.ts'
import { judge } from './judge.ts'
import { OPEN } from './open.ts'
import { table } from './table.ts'

const [option, ...rest] = process.argv.slice(2)
if (rest.length > 0 || (option !== undefined && option !== '--json' && option !== '--gate')) {
  console.error('usage: pnpm policy [--json | --gate]')
  process.exit(2)
}

let evidence = await readEvidence()
if (evidence === undefined) {
  spawnSync('pnpm', ['test'], { stdio: ['ignore', 2, 2] })
  evidence = await readEvidence()
}
if (evidence === undefined) {
  console.error('policy: the tests left no evidence: run `pnpm test`')
  process.exit(1)
}

const { standings, problems } = judge(evidence, OPEN)
const idsOf = (state: string): string[] => standings.filter((one) => one.state === state).map(({ id }) => id)
const proven = idsOf('proven')

if (option === '--gate') {
  console.log(`policy: ${proven.length} of ${standings.length} clauses proven, ${idsOf('open').length} open`)
} else {
  console.log(table(standings))
}
for (const problem of problems) console.error(`policy: ${problem}`)
if (option === '--json') {
  // A clause that fails the gate is not proven, so it is reported as open too.
  console.log(JSON.stringify({ proven: proven.length, open: [...idsOf('open'), ...idsOf('failed')] }))
}
process.exitCode = problems.length > 0 ? 1 : 0
