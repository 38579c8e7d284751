import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { catalog } from '../checks/manifests.ts'
import { publishedPackages } from '../packages/published-packages.ts'
import { pnpm } from '../pnpm.ts'
import { Consumer } from './consumer.ts'
import { consumeAlone, consumeTogether, consumeTwoGuards, upgrade } from './consumers.ts'
import { copyWorkspace } from './copy-workspace.ts'
import { differentBuilds } from './different-builds.ts'
import { must } from './execute.ts'
import { addPatchChangeset, applyChangesets, configuredRegistry, publish } from './publish.ts'
import { startRegistry } from './start-registry.ts'
import { installTools } from './tools.ts'

/**
 * Rehearses a release: versions, builds and publishes everything to a registry on loopback, then installs it outside the
 * workspace, on every Node and TypeScript that is supported. Changes nothing here and reaches no other registry.
 */
const root = join(import.meta.dirname, '../..')
const temporary = mkdtempSync(join(tmpdir(), 'ringfence-rehearsal-'))
const problems: string[] = []

try {
  const tools = await step('install the tools', installTools)
  const workspace = folder('workspace')
  await step('copy and install the workspace', () => copyWorkspace(root, workspace))
  const first = await step('apply the changesets', () => applyChangesets(workspace))
  await step('build', () =>
    must(pnpm().command, [...pnpm().args, 'build', '--filter=./packages/*'], workspace, {
      TURBO_TELEMETRY_DISABLED: '1',
    }),
  )
  await check('rebuild', () => differentBuilds(root, workspace))

  const uplink = await configuredRegistry(root)
  const registry = await step('start the registry', () => startRegistry(folder('registry'), uplink, tools.verdaccio))
  try {
    const packages = publishedPackages(workspace)
    const around = { catalog: catalog(root) }
    const consumer = (name: string): Consumer => new Consumer(join(temporary, 'consumers', name), registry, tools)

    await step('publish', () => publish(workspace, registry))
    await step('consumers of one package', () =>
      eachOf(packages, (one) => {
        const version = first.get(one.name) ?? ''
        const alone = consumer(one.name.replace('@ringfence/', ''))
        return step(`  ${one.name}`, () => check(one.name, () => consumeAlone(alone, one, version, around)))
      }),
    )
    const together = consumer('together')
    await step('consumer of all', () => check('all', () => consumeTogether(together, packages, first, around)))

    addPatchChangeset(workspace, first.keys())
    const second = await step('apply the next changesets', () => applyChangesets(workspace))
    await step('publish again', () => publish(workspace, registry))
    await step('upgrade', () => check('upgrade', () => upgrade(together, second)))
    const [older = '', newer = ''] = [first, second].map((versions) => versions.get('@ringfence/guard'))
    await step('two versions of guard', () =>
      check('two guards', () => consumeTwoGuards(consumer('two-guards'), older, newer)),
    )
  } finally {
    await registry.stop()
  }
} finally {
  rmSync(temporary, { recursive: true, force: true })
}

for (const problem of problems) console.error(`rehearsal: ${problem}`)
if (problems.length > 0) process.exit(1)
console.log('rehearsal: what would be published installs, compiles and runs')

function folder(name: string): string {
  const path = join(temporary, name)
  mkdirSync(path)
  return path
}

async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now()
  const result = await work()
  console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${name}`)
  return result
}

/** Keeps what is wrong, and goes on: one broken package should not hide another. */
async function check(name: string, work: () => readonly string[] | Promise<readonly string[]>): Promise<void> {
  try {
    problems.push(...(await work()).map((problem) => `${name}: ${problem}`))
  } catch (error) {
    problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Two at a time: one consumer installs while another compiles. */
async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next)
  }
  await Promise.all([worker(), worker()])
}
