import { join } from 'node:path'
import { missingChangesets } from './checks/missing-changesets.ts'

/** usage: node scripts/changesets.ts [COMMIT] */
const problems = missingChangesets(join(import.meta.dirname, '..'), process.argv[2])
for (const problem of problems) console.error(`changesets: ${problem}`)
if (problems.length > 0) process.exit(1)
console.log('changesets: every changed package has one')
