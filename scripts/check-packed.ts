import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Manifest } from './checks/manifests.ts'
import { pack } from './packages/pack.ts'
import { publishedPackages } from './packages/published-packages.ts'
import { tarballProblems } from './packages/tarball-problems.ts'

/** Packs every package that is published and looks at the tarball: its contents, its size, publint and attw. */
const root = join(import.meta.dirname, '..')
const budgets = JSON.parse(readFileSync(join(root, 'scripts/size-budget.json'), 'utf8')) as Record<string, number>
const packages = publishedPackages(root)
const temporary = mkdtempSync(join(tmpdir(), 'ringfence-packed-'))

let failed = 0
for (const { name, folder } of packages) {
  const { filename, files, size } = pack(folder, temporary)
  const unpacked = join(temporary, name)
  mkdirSync(unpacked, { recursive: true })
  run('tar', '-xzf', filename, '-C', unpacked, '--strip-components=1')
  const manifest = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as Manifest
  const paths = files.map(({ path }) => path)
  const problems = tarballProblems(unpacked, paths, manifest, { bytes: size, budget: budgets[name] })
  for (const problem of problems) console.error(`packed: ${name}: ${problem}`)
  const tools = [
    run(bin('publint'), '--strict', filename),
    run(bin('attw'), filename, '--profile', 'esm-only', '--quiet'),
  ]
  if (problems.length > 0 || tools.some((status) => status !== 0)) failed++
}
rmSync(temporary, { recursive: true })

if (failed > 0) process.exit(1)
console.log(`packed: ${packages.length} packages hold what their manifests say, within their budgets`)

function bin(name: string): string {
  return join(root, 'node_modules/.bin', name)
}

function run(command: string, ...args: readonly string[]): number | null {
  return spawnSync(command, args, { cwd: root, stdio: ['ignore', 1, 2] }).status
}
