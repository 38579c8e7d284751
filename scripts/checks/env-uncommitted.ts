import { spawnSync } from 'node:child_process'

/** git ignores `.env` in every folder that may hold one, and holds none. */
export function envUncommitted(root: string): string[] {
  const committed = git(root, 'ls-files', '--', ':(glob)**/.env', ':(glob)**/.env.*', ':(glob,exclude)**/.env.example')
  const ignored = git(root, 'check-ignore', '--no-index', ...PLACES)
  return [
    ...committed.map((file) => `${file}: secrets are committed: rotate them, then remove the file from the history`),
    ...PLACES.filter((place) => !ignored.includes(place)).map((place) => `${place} is not ignored by git`),
  ]
}

function git(root: string, ...args: readonly string[]): string[] {
  const { stdout, status, error } = spawnSync('git', args, { cwd: root, encoding: 'utf8' })
  if (error !== undefined || status === null || status > 1) throw new Error(`git ${args[0]} failed in ${root}`)
  return stdout.split('\n').filter((line) => line !== '')
}

const PLACES = ['.env', '.env.local', 'apps/trading/.env', 'apps/tool-server/.env']
