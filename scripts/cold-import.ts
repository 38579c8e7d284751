import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { externalImports } from './packages/external-imports.ts'
import { publishedPackages, type PublishedPackage } from './packages/published-packages.ts'

/**
 * What it costs a fresh process to import each package that was built, after what it imports of Node and of other packages is
 * loaded: each of ours answers for itself. In processor time, the best of a few runs, because a busy machine only ever adds.
 */
const LIMIT_MS = 30
const RUNS = 5
const packages = publishedPackages(join(import.meta.dirname, '..'))
const slow: string[] = []

for (const one of packages) {
  const runs = Array.from({ length: RUNS }, () => coldImport(one))
  const own = Math.min(...runs.map((run) => run.own))
  const all = Math.min(...runs.map((run) => run.all))
  console.log(`${own.toFixed(1).padStart(6)} ms  ${one.name} (${all.toFixed(0)} ms with all that it imports)`)
  if (own > LIMIT_MS) slow.push(`${one.name} takes ${own.toFixed(1)} ms to import, over ${LIMIT_MS}`)
}

for (const problem of slow) console.error(`cold import: ${problem}`)
if (slow.length > 0) process.exit(1)

/** Milliseconds of processor time for the main entry, in a process of its own. */
function coldImport({ name, folder, entries: [main] }: PublishedPackage): {
  readonly own: number
  readonly all: number
} {
  if (main === undefined) throw new Error(`${name} exports nothing`)
  const script = [
    'const spent = (since) => { const { user, system } = process.cpuUsage(since); return (user + system) / 1000 }',
    'const start = process.cpuUsage()',
    ...[...externalImports(main.file)].map((imported) => `await import(${JSON.stringify(imported)})`),
    'const between = process.cpuUsage()',
    `await import(${JSON.stringify(main.file)})`,
    'console.log(JSON.stringify({ own: spent(between), all: spent(start) }))',
  ].join('\n')
  const run = ['--input-type=module', '--eval', script]
  const { stdout, stderr, status } = spawnSync(process.execPath, run, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`cannot import ${name}: ${stderr}`)
  return JSON.parse(stdout) as { own: number; all: number }
}
