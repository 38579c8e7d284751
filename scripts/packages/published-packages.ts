import { join } from 'node:path'
import { workspaceManifests, type Manifest } from '../checks/manifests.ts'

/** A package that is published. */
export interface PublishedPackage {
  readonly name: string
  /** Absolute. */
  readonly folder: string
  readonly manifest: Manifest
  /** What a consumer may import: `@ringfence/guard`, `@ringfence/guard/node`, each with its file in `dist`. */
  readonly entries: readonly { readonly specifier: string; readonly file: string; readonly types: string }[]
}

/** The packages of the workspace that are published, by name. */
export function publishedPackages(root: string): PublishedPackage[] {
  return workspaceManifests(root)
    .filter(({ manifest }) => manifest.private !== true)
    .map(({ folder, manifest }) => ({
      name: manifest.name,
      folder: join(root, folder),
      manifest,
      entries: entriesOf(join(root, folder), manifest),
    }))
}

function entriesOf(folder: string, { name, exports }: Manifest): PublishedPackage['entries'] {
  return Object.entries(exports ?? {}).flatMap(([subpath, target]) => {
    if (typeof target === 'string') return []
    const specifier = subpath === '.' ? name : `${name}/${subpath.slice('./'.length)}`
    return [{ specifier, file: join(folder, target['default'] ?? ''), types: join(folder, target['types'] ?? '') }]
  })
}
