import { join } from 'node:path'
import type { Check } from './checks/check.ts'
import { dependencyRecord } from './checks/dependency-record.ts'
import { envUncommitted } from './checks/env-uncommitted.ts'
import { exactPins } from './checks/exact-pins.ts'
import { fileSizes } from './checks/file-sizes.ts'
import { packageShape } from './checks/package-shape.ts'
import { releaseScan } from './checks/release-scan.ts'
import { updateBot } from './checks/update-bot.ts'

/** The fast checks, which `pnpm lint` runs. */
const CHECKS: readonly Check[] = [
  fileSizes,
  packageShape,
  exactPins,
  dependencyRecord,
  releaseScan,
  updateBot,
  envUncommitted,
]

const root = join(import.meta.dirname, '..')
const found = await Promise.all(CHECKS.map(async (check) => ({ name: check.name, problems: await check(root) })))

for (const { name, problems } of found) for (const problem of problems) console.error(`${name}: ${problem}`)
if (found.some(({ problems }) => problems.length > 0)) process.exit(1)
console.log(`checks: ${found.map(({ name }) => name).join(', ')}: fine`)
