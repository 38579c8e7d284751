import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pnpm } from './pnpm.ts'

const SHIPPED = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0', 'BlueOak-1.0.0']
const DEVELOPMENT = ['Artistic-2.0', 'CC-BY-3.0', 'CC-BY-4.0', 'CC0-1.0', 'MPL-2.0', 'Python-2.0', 'Unlicense', 'WTFPL']

/** Fails when a dependency comes under a licence that nobody allowed; what ships is held to a shorter list. */
const { command, args } = pnpm()
const problems = [...refused(['--prod'], SHIPPED), ...refused([], [...SHIPPED, ...DEVELOPMENT])]
for (const problem of problems) console.error(`licences: ${problem}`)
if (problems.length > 0) process.exit(1)
console.log('licences: every dependency is under an allowed licence')

function refused(options: readonly string[], allowed: readonly string[]): string[] {
  const cwd = join(import.meta.dirname, '..')
  const list = [...args, '-r', 'licenses', 'list', '--json', ...options]
  const { stdout, status } = spawnSync(command, list, { cwd, encoding: 'utf8', maxBuffer: 32 * 1024 * 1024 })
  if (status !== 0) throw new Error('pnpm could not list the licences')
  const byLicence = JSON.parse(stdout) as Record<string, readonly { readonly name: string }[]>
  return Object.entries(byLicence)
    .filter(
      ([licence]) =>
        !licence
          .replace(/[()]/g, '')
          .split(' OR ')
          .some((one) => allowed.includes(one)),
    )
    .map(([licence, packages]) => `${licence}: ${packages.map(({ name }) => name).join(', ')}`)
}
