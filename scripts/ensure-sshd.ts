import { ensureProgram } from './ensure-program.ts'

/** The gate of the SSH door runs a real sshd. Installs it where that is possible without asking; else says what to do. */
const there = ensureProgram({
  name: 'sshd',
  probe: ['test', '-x', '/usr/sbin/sshd'],
  package: 'openssh-server',
  hint: 'This gate needs /usr/sbin/sshd and ssh: install them with `sudo apt-get install openssh-server`.',
})
process.exitCode = there ? 0 : 1
