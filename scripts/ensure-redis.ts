import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** The tests run against a real redis-server. Installs it where that is possible without asking; else says what to do. */
if (!installed()) {
  const apt = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0
  if (apt) {
    console.error('redis-server is missing: installing it with apt-get')
    // The package lists may be absent (a container) or stale, so a failed try is repeated after an update.
    if (!install() && run('apt-get', 'update')) install()
  }
  if (!installed()) {
    console.error('The tests need redis-server 7 on the PATH: install it with `sudo apt-get install redis-server`.')
    process.exit(1)
  }
}

function installed(): boolean {
  return spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0
}

function install(): boolean {
  return run('apt-get', 'install', '--yes', '--no-install-recommends', 'redis-server')
}

function run(command: string, ...args: readonly string[]): boolean {
  // RUNLEVEL=1 keeps the package from starting a server: the tests start their own, on a private socket.
  const env = ['DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1']
  return spawnSync('env', [...env, command, ...args], { stdio: ['ignore', 2, 2] }).status === 0
}
