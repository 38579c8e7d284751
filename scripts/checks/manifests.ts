import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The parts of a package.json that the checks read. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly files?: readonly string[]
  readonly bin?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly publishConfig?: Readonly<Record<string, string>>
  readonly packageManager?: string
  readonly dependencies?: Dependencies
  readonly devDependencies?: Dependencies
  readonly optionalDependencies?: Dependencies
  readonly peerDependencies?: Dependencies
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

type Dependencies = Readonly<Record<string, string>>

/** A manifest and the folder it stands in, relative to the root. */
export interface Located {
  readonly folder: string
  readonly manifest: Manifest
}

/** Every manifest of the workspace, the root's first, and the one of the release tools, which have a lockfile of their own. */
export function workspaceManifests(root: string): Located[] {
  const files = [
    'package.json',
    ...globSync('{packages/*,apps/*,policy,bench,scripts/release/tools}/package.json', { cwd: root }).toSorted(),
  ]
  return files.map((file) => ({
    folder: dirname(file),
    manifest: JSON.parse(readFileSync(join(root, file), 'utf8')) as Manifest,
  }))
}

/** The `catalog:` of pnpm-workspace.yaml: the one place of a version. */
export function catalog(root: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')
  const section = text.slice(text.indexOf('\ncatalog:\n') + '\ncatalog:\n'.length).split(/\n(?=\S)/, 1)[0] ?? ''
  const entries = section.split('\n').filter((line) => line.trim() !== '')
  return new Map(
    entries.map((line) => {
      const [, name, version] = /^ {2}["']?([^"':]+)["']?: ["']?([^"']+)["']?$/.exec(line) ?? []
      if (name === undefined || version === undefined) throw new Error(`pnpm-workspace.yaml: cannot read "${line}"`)
      return [name, version]
    }),
  )
}
