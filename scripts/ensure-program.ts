import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Something that checks need on this machine, and that is no npm package. */
export interface Program {
  readonly name: string
  /** What shows that it is there: exit code 0. */
  readonly probe: readonly [command: string, ...args: string[]]
  /** The Debian package. */
  readonly package: string
  /** What to do where it cannot be installed without asking. */
  readonly hint: string
}

/** Installs the program where that is possible without asking: on Debian, as root. True if it is there in the end. */
export function ensureProgram(program: Program): boolean {
  const [probe, ...args] = program.probe
  const installed = (): boolean => spawnSync(probe, args, { stdio: 'ignore' }).status === 0
  if (installed()) return true
  if (existsSync('/usr/bin/apt-get') && process.getuid?.() === 0) {
    console.error(`${program.name} is missing: installing it with apt-get`)
    // The package lists may be absent (a container) or stale, so a failed try is repeated after an update.
    if (!install(program.package) && run('apt-get', 'update')) install(program.package)
  }
  const there = installed()
  if (!there) console.error(program.hint)
  return there
}

function install(name: string): boolean {
  return run('apt-get', 'install', '--yes', '--no-install-recommends', name)
}

function run(command: string, ...args: readonly string[]): boolean {
  // RUNLEVEL=1 keeps the package from starting a server: the tests start their own.
  const env = ['DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1']
  return spawnSync('env', [...env, command, ...args], { stdio: ['ignore', 2, 2] }).status === 0
}
