import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { apiReport, valueExports } from './packages/api-report.ts'
import { publishedPackages, type PublishedPackage } from './packages/published-packages.ts'

/**
 * Holds what was built against the reports in `packages/<name>/api.md`, so that a change of the API shows in the diff; and what
 * can be imported at run time against what the types promise. `--update` writes the reports.
 */
const update = process.argv.includes('--update')
const packages = publishedPackages(join(import.meta.dirname, '..'))

const problems = (await Promise.all(packages.map(problemsOf))).flat()
for (const problem of problems) console.error(`api: ${problem}`)
if (problems.length > 0) process.exit(1)
console.log(`api: ${packages.length} packages export what their reports say`)

async function problemsOf(one: PublishedPackage): Promise<string[]> {
  const file = join(one.folder, 'api.md')
  const report = apiReport(one)
  if (update) writeFileSync(file, report)
  const reported = existsSync(file) && readFileSync(file, 'utf8') === report
  const different = await Promise.all(
    one.entries.map(async ({ specifier, file: built, types }) => {
      const actual = Object.keys((await import(built)) as object).toSorted()
      const promised = valueExports(types)
      return actual.join() === promised.join()
        ? []
        : [`${specifier} exports ${actual.join(', ')}; its types say ${promised.join(', ')}`]
    }),
  )
  return [
    ...(reported ? [] : [`${one.name}: the API changed: look at it, then run \`pnpm api --update\``]),
    ...different.flat(),
  ]
}
