import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pnpm } from './pnpm.ts'

/** A suite of the protocol's authors, and how many scenarios of it a server has to pass. */
interface Suite {
  readonly folder: string
  readonly args: readonly string[]
  readonly required: number
}

const SUITES: readonly Suite[] = [
  { folder: 'suite-2026-07-28', args: ['--requirements', '2026-07-28'], required: 37 },
  { folder: 'suite-2025-11-25', args: [], required: 30 },
]
const LONGEST_MS = 120_000

/**
 * Runs both suites against the built conformance entry point of the tool server, through its guards: every request carries
 * a token of the development OAuth server. Needs what `pnpm build` has built.
 *
 * usage: node scripts/conformance.ts
 */
const root = join(import.meta.dirname, '..')
const suites = join(import.meta.dirname, 'conformance')
const { command, args } = pnpm()
const installed = spawnSync(command, [...args, 'install', '--frozen-lockfile'], { cwd: suites, encoding: 'utf8' })
if (installed.status !== 0) fail(`the suites cannot be installed\n${installed.stdout}${installed.stderr}`)

const server = spawn(process.execPath, ['apps/tool-server/dist/conformance.js'], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
})
process.once('exit', () => server.kill())
const url = await ready()

const results = SUITES.map((suite) => ({ ...suite, ...run(suite) }))
server.kill()
for (const { folder, required, passed, output } of results) {
  if (passed !== required) console.log(output)
  console.log(`${folder}: ${passed} of ${required} required server scenarios`)
}
process.exitCode = results.every(({ passed, required }) => passed === required) ? 0 : 1

/** Counts the scenarios that passed without a failed check, of those that are scored. */
function run({ folder, args: extra }: Suite): { readonly passed: number; readonly output: string } {
  const program = join(suites, 'node_modules', folder, 'dist/index.js')
  const { stdout, stderr } = spawnSync(process.execPath, [program, 'server', '--url', url, ...extra], {
    encoding: 'utf8',
    timeout: LONGEST_MS,
  })
  const output = `${stdout}${stderr}`
  const unscored = new Set([...output.matchAll(/^ {2}[✓✗] ([\w-]+) \(/gmu)].map((match) => match[1]))
  const passed = [...output.matchAll(/^✓ ([\w-]+): [1-9]\d* passed, 0 failed/gmu)].filter(
    ([, name]) => !unscored.has(name),
  )
  return { passed: passed.length, output }
}

async function ready(): Promise<string> {
  for await (const line of createInterface({ input: server.stdout })) {
    const event = JSON.parse(line) as { event?: string; url?: string }
    if (event.event === 'conformance.ready') {
      server.stdout.resume()
      return event.url!
    }
  }
  return fail('the conformance entry point ended before it was ready')
}

function fail(why: string): never {
  console.error(`conformance: ${why}`)
  process.exit(1)
}
