import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pack } from '../packages/pack.ts'
import { publishedPackages } from '../packages/published-packages.ts'

/**
 * Packs every published package into `release/`, with `SHA256SUMS`; signs the sums with an SSH key where one is given.
 *
 * usage: pnpm release:pack [SSH_KEY]
 */
const root = join(import.meta.dirname, '../..')
const release = join(root, 'release')
const key = process.argv[2]

rmSync(release, { recursive: true, force: true })
mkdirSync(release)
const tarballs = publishedPackages(root).map(({ folder }) => pack(folder, release).filename)
const sums = tarballs.map(
  (file) => `${createHash('sha256').update(readFileSync(file)).digest('hex')}  ${basename(file)}\n`,
)
writeFileSync(join(release, 'SHA256SUMS'), sums.join(''))

if (key !== undefined) {
  const sign = ['-Y', 'sign', '-n', 'ringfence-release', '-f', key, join(release, 'SHA256SUMS')]
  const { status } = spawnSync('ssh-keygen', sign, { stdio: ['ignore', 1, 2] })
  if (status !== 0) process.exit(1)
}
console.log(`release: ${tarballs.length} tarballs, ${key === undefined ? 'sums not signed' : 'sums signed'}`)
