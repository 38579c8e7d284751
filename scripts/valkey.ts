import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureProgram } from './ensure-program.ts'

/**
 * Runs every suite that works on a Redis on Valkey instead: the tests start whatever `redis-server` is first on the PATH.
 * Where Valkey cannot be had (Debian before 13 has no package) it says so, and nothing is proven.
 */
const there = ensureProgram({
  name: 'valkey-server',
  probe: ['valkey-server', '--version'],
  package: 'valkey-server',
  hint: 'NOT RUN: there is no valkey-server here; install Valkey 8 or later to run the suites on it.',
})
if (there) {
  const folder = mkdtempSync(join(tmpdir(), 'ringfence-valkey-'))
  const { stdout } = spawnSync('sh', ['-c', 'command -v valkey-server'], { encoding: 'utf8' })
  symlinkSync(stdout.trim(), join(folder, 'redis-server'))
  const command = `PATH="${folder}:$PATH" vitest run --project redis --project hmac-auth --project rate-limit redis`
  const { status } = spawnSync('sh', ['-c', command], { stdio: 'inherit' })
  rmSync(folder, { recursive: true })
  process.exitCode = status ?? 1
}
