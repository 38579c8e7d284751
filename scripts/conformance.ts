import { execFile, spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
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
 * a token of the development OAuth server. Then, without the token, nothing may pass: the gate can fail, and what passes
 * does so through the guards. Needs what `pnpm build` has built.
 *
 * usage: node scripts/conformance.ts
 */
const root = join(import.meta.dirname, '..')
const suites = join(import.meta.dirname, 'conformance')
const { command, args } = pnpm()
const installed = spawnSync(command, [...args, 'install', '--frozen-lockfile'], { cwd: suites, encoding: 'utf8' })
if (installed.status !== 0) fail(`the suites cannot be installed\n${installed.stdout}${installed.stderr}`)

const withToken = await served([], async (url) => {
  const results: (Suite & Result)[] = []
  for (const suite of SUITES) results.push({ ...suite, ...(await run(suite, url)) })
  return results
})
for (const { folder, required, passed, output } of withToken) {
  if (passed !== required) console.log(output)
  console.log(`${folder}: ${passed} of ${required} required server scenarios`)
}
const [newest] = SUITES as [Suite]
const without = await served(['--without-token'], (url) => run(newest, url))
console.log(`${newest.folder} without a token: ${without.passed} of ${newest.required}, 0 expected`)
const isRight = withToken.every(({ passed, required }) => passed === required) && without.passed === 0
process.exitCode = isRight ? 0 : 1

/** Runs the entry point while `use` needs it. */
async function served<T>(options: readonly string[], use: (url: string) => Promise<T>): Promise<T> {
  const server = spawn(process.execPath, ['apps/tool-server/dist/conformance.js', ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const end = (): void => void server.kill()
  process.once('exit', end)
  try {
    return await use(await urlOf(server.stdout))
  } finally {
    end()
    process.off('exit', end)
  }
}

interface Result {
  readonly passed: number
  readonly output: string
}

/** Counts the scenarios that passed without a failed check, of those that are scored. */
async function run({ folder, args: extra }: Suite, url: string): Promise<Result> {
  const program = join(suites, 'node_modules', folder, 'dist/index.js')
  const output = await new Promise<string>((resolve) => {
    const options = { timeout: LONGEST_MS, maxBuffer: 16 * 1_048_576 }
    execFile(process.execPath, [program, 'server', '--url', url, ...extra], options, (_, stdout, stderr) =>
      resolve(`${stdout}${stderr}`),
    )
  })
  const unscored = new Set([...output.matchAll(/^ {2}[✓✗] ([\w-]+) \(/gmu)].map((match) => match[1]))
  const passed = [...output.matchAll(/^✓ ([\w-]+): [1-9]\d* passed, 0 failed/gmu)].filter(
    ([, name]) => !unscored.has(name),
  )
  return { passed: passed.length, output }
}

/** Where the entry point is reached, once it says that it is ready. */
async function urlOf(lines: Readable): Promise<string> {
  for await (const line of createInterface({ input: lines })) {
    const event = JSON.parse(line) as { event?: string; url?: string }
    if (event.event === 'conformance.ready') {
      lines.resume()
      return event.url!
    }
  }
  return fail('the conformance entry point ended before it was ready')
}

function fail(why: string): never {
  console.error(`conformance: ${why}`)
  process.exit(1)
}
