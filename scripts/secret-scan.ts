import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * Scans every file that git holds or would take for secrets; fails when it finds one.
 *
 * usage: node scripts/secret-scan.ts [FOLDER]
 */
const repository = join(import.meta.dirname, '..')
const cwd = resolve(process.argv[2] ?? repository)

const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
const files = spawnSync('git', list, { cwd, encoding: 'utf8' })
  .stdout.split('\0')
  .filter((file) => file !== '' && !isPublished(file) && existsSync(join(cwd, file)))
if (files.length === 0) throw new Error('git lists no files: nothing was scanned')

const secretlint = join(repository, 'node_modules/.bin/secretlint')
const rules = ['--secretlintrc', join(repository, '.secretlintrc.json')]
const { status } = spawnSync(secretlint, [...rules, '--no-glob', ...files], { cwd, stdio: ['ignore', 1, 2] })
if (status === 0) console.log(`secret scan: ${files.length} files, no secret`)
process.exitCode = status ?? 1

/** Test vectors hold keys that a standard publishes, the lockfile holds hashes. */
function isPublished(file: string): boolean {
  return /(^|\/)vectors\//.test(file) || file === 'pnpm-lock.yaml'
}
