import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { workspaceManifests } from '../checks/manifests.ts'
import { pnpm } from '../pnpm.ts'
import { assertLoopback } from './assert-loopback.ts'
import { commit } from './copy-workspace.ts'
import { must, npmSettings } from './execute.ts'
import type { RehearsalRegistry } from './start-registry.ts'

/** Applies the pending changesets in the copy; answers the version of each published package. */
export async function applyChangesets(folder: string): Promise<ReadonlyMap<string, string>> {
  await must(join(folder, 'node_modules/.bin/changeset'), ['version'], folder)
  await commit(folder, 'Version packages')
  const published = workspaceManifests(folder).filter(({ manifest }) => manifest.private !== true)
  return new Map(published.map(({ manifest }) => [manifest.name, manifest.version]))
}

/** Adds a changeset that raises the patch version of every package: the next release, for the upgrade. */
export function addPatchChangeset(folder: string, packages: Iterable<string>): void {
  const bumps = [...packages].map((name) => `'${name}': patch`)
  writeFileSync(join(folder, '.changeset/next.md'), `---\n${bumps.join('\n')}\n---\n\nRehearses an upgrade.\n`)
}

/** Publishes what is not published yet: to the registry of the rehearsal, or not at all. */
export async function publish(folder: string, { url, publisherConfig }: RehearsalRegistry): Promise<void> {
  const env = npmSettings({ userconfig: publisherConfig })
  const { command, args } = pnpm()
  const setting = async (name: string): Promise<string> =>
    (await must(command, [...args, 'config', 'get', name], folder, env)).trim()
  const manifests = workspaceManifests(folder).map(({ manifest }) => manifest)
  assertLoopback(
    url,
    { registry: await setting('registry'), '@ringfence:registry': await setting('@ringfence:registry') },
    manifests,
  )
  // Through pnpm, because changesets looks for it on the PATH.
  await must(command, [...args, 'exec', 'changeset', 'publish', '--no-git-tag'], folder, env)
}

/** The registry that this machine installs from. */
export async function configuredRegistry(root: string): Promise<string> {
  return (await must('npm', ['config', 'get', 'registry'], root)).trim().split('\n').at(-1) ?? ''
}
