import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { leaks } from './leaks.ts'

/** Characters; a whole run writes a hundredth of it. */
const MOST_OUTPUT = 64 * 1024 * 1024

/**
 * Runs every test, and looks at the output of the whole run: whatever the tests generate or plant as a secret, nothing
 * that any of them started has written it.
 *
 * usage: node scripts/unit-tests.ts [vitest options]
 */
const root = join(import.meta.dirname, '..')
const vitest = spawn(
  join(root, 'node_modules/.bin/vitest'),
  ['run', '--reporter=default', '--reporter=./policy/src/reporter.ts', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: ['inherit', 'pipe', 'pipe'],
    env: { ...process.env, ...(process.stdout.isTTY && { FORCE_COLOR: '1' }) },
  },
)

let output = ''
const keep = (chunk: string): void => {
  output += chunk
  if (output.length > MOST_OUTPUT) vitest.kill()
}
vitest.stdout.setEncoding('utf8').on('data', keep).pipe(process.stdout)
vitest.stderr.setEncoding('utf8').on('data', keep).pipe(process.stderr)
const [code] = (await once(vitest, 'close')) as [number | null]

const found = leaks(output)
for (const kind of found) console.error(`unit tests: the output of the run holds ${kind}`)
if (output.length > MOST_OUTPUT) console.error('unit tests: the output of the run is too long to be looked at')
process.exitCode = found.length > 0 || code === null ? 1 : code
