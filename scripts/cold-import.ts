import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { externalImports } from './packages/external-imports.ts'
import { publishedPackages } from './packages/published-packages.ts'

/**
 * How long a fresh process takes to import each package that was built: what ours costs, after the packages of others that
 * it imports are loaded. The best of a few runs, because a busy machine only ever adds.
 */
const LIMIT_MS = 30
const RUNS = 7
const packages = publishedPackages(join(import.meta.dirname, '..'))
const slow: string[] = []

for (const { name, folder, entries } of packages) {
  const [main] = entries
  if (main === undefined) continue
  const others = [...externalImports(main.file)].filter((imported) => !imported.startsWith('@ringfence/'))
  const times = Array.from({ length: RUNS }, () => coldImport(folder, main.file, others))
  const best = Math.min(...times.map(({ own }) => own))
  const with3rd = Math.min(...times.map(({ own, theirs }) => own + theirs))
  console.log(
    `${best.toFixed(1).padStart(6)} ms  ${name} (${with3rd.toFixed(0)} ms with ${others.join(', ') || 'nothing else'})`,
  )
  if (best > LIMIT_MS) slow.push(`${name} takes ${best.toFixed(1)} ms to import, over ${LIMIT_MS}`)
}

for (const problem of slow) console.error(`cold import: ${problem}`)
if (slow.length > 0) process.exit(1)

/** Milliseconds, in a process of its own. */
function coldImport(
  folder: string,
  file: string,
  others: readonly string[],
): { readonly own: number; readonly theirs: number } {
  const script = [
    'const start = performance.now()',
    ...others.map((name) => `await import(${JSON.stringify(name)})`),
    'const between = performance.now()',
    `await import(${JSON.stringify(file)})`,
    'console.log(JSON.stringify({ theirs: between - start, own: performance.now() - between }))',
  ].join('\n')
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (stdout === '') throw new Error(`cannot import ${file}: ${stderr}`)
  return JSON.parse(stdout) as { own: number; theirs: number }
}
