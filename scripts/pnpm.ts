import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** How to call the pnpm that package.json pins: the one on the PATH if it is that one, else through npx. */
export function pnpm(): { readonly command: string; readonly args: readonly string[] } {
  const manifest = readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')
  const { packageManager } = JSON.parse(manifest) as { packageManager: string }
  const { stdout } = spawnSync('pnpm', ['--version'], { encoding: 'utf8', cwd: '/' })
  if (`pnpm@${stdout?.trim()}` === packageManager) return { command: 'pnpm', args: [] }
  return { command: 'npx', args: ['-y', packageManager] }
}
