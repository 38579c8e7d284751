import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { workspaceManifests } from './checks/manifests.ts'

/** Packs every package that is published, and holds the tarball to publint and to attw. Needs the packages to be built. */
const root = join(import.meta.dirname, '..')
const packages = workspaceManifests(root).filter(({ manifest }) => manifest.private !== true)

const failed = packages.filter(({ folder }) => {
  const publint = run('publint', '--strict', folder)
  const attw = run('attw', '--pack', folder, '--profile', 'esm-only', '--quiet')
  return publint !== 0 || attw !== 0
})

for (const { manifest } of failed) console.error(`packed: ${manifest.name} is not what its manifest says`)
if (failed.length > 0) process.exit(1)
console.log(`packed: ${packages.length} packages are what their manifests say`)

function run(command: string, ...args: readonly string[]): number | null {
  return spawnSync(join(root, 'node_modules/.bin', command), args, { cwd: root, stdio: ['ignore', 1, 2] }).status
}
