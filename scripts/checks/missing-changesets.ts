import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { workspaceManifests } from './manifests.ts'

/**
 * A package whose published files changed has a changeset.
 *
 * @param since compare with this commit, and count only changesets that are newer; without it, compare each package with
 *   the commit that last set its version
 */
export function missingChangesets(root: string, since?: string): string[] {
  const counted =
    since === undefined ? globSync('.changeset/*.md', { cwd: root }) : changed(root, since, '.changeset/*.md')
  const named = new Set(counted.flatMap((file) => packagesOf(readFileSync(join(root, file), 'utf8'))))
  return workspaceManifests(root)
    .filter(({ manifest }) => manifest.private !== true && !named.has(manifest.name))
    .flatMap(({ folder, manifest }) => {
      const base = since ?? lastVersion(root, folder)
      const files = changed(root, base, ...PUBLISHED.map((file) => `${folder}/${file}`))
      return files.length === 0
        ? []
        : [`${manifest.name} changed (${files[0]}) without a changeset: run \`pnpm changeset\``]
    })
}

/** The packages that the front matter of a changeset names. */
function packagesOf(changeset: string): string[] {
  const [, frontMatter = ''] = /^---\n([\s\S]*?)\n---\n/.exec(changeset) ?? []
  return [...frontMatter.matchAll(/^['"]?([^'":\s]+)['"]?: (?:major|minor|patch)$/gm)].map(([, name]) => name ?? '')
}

/** Files that match and differ from the commit, in the work tree too; without the ones that are gone or not yet added. */
function changed(root: string, commit: string, ...paths: readonly string[]): string[] {
  return git(root, 'diff', '--name-only', '--diff-filter=d', commit, '--', ...paths)
}

function lastVersion(root: string, folder: string): string {
  const [commit] = git(root, 'log', '-1', '--format=%H', '-G', '^  "version":', '--', `${folder}/package.json`)
  if (commit === undefined)
    throw new Error(`${folder}: no commit sets its version: the history is cut off, or not there`)
  return commit
}

function git(root: string, ...args: readonly string[]): string[] {
  const { stdout, stderr, status } = spawnSync('git', args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`git ${args[0]} failed: ${stderr}`)
  return stdout.split('\n').filter((line) => line !== '')
}

const PUBLISHED = ['src', 'package.json', 'README.md', 'tsup.config.ts']
