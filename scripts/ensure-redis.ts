import { ensureProgram } from './ensure-program.ts'

/** The tests run against a real redis-server. Installs it where that is possible without asking; else says what to do. */
const there = ensureProgram({
  name: 'redis-server',
  probe: ['redis-server', '--version'],
  package: 'redis-server',
  hint: 'The tests need redis-server 7 on the PATH: install it with `sudo apt-get install redis-server`.',
})
process.exitCode = there ? 0 : 1
