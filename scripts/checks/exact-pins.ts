import { catalog, workspaceManifests, type Manifest } from './manifests.ts'

/**
 * What we install is pinned: the catalog holds exact versions, manifests name the catalog or the workspace. A peer is the
 * consumer's to install, so a peer may be a range.
 */
export function exactPins(root: string): string[] {
  const versions = catalog(root)
  return [
    ...[...versions]
      .filter(([, version]) => !EXACT.test(version))
      .map(([name, version]) => inexact('the catalog', name, version)),
    ...workspaceManifests(root).flatMap(({ folder, manifest }) => [
      ...installed(manifest)
        .filter(([, version]) => version !== 'catalog:' && version !== 'workspace:*' && !EXACT.test(version))
        .map(([name, version]) => inexact(`${folder}/package.json`, name, version)),
      ...installed(manifest)
        .filter(([name, version]) => version === 'catalog:' && !versions.has(name))
        .map(([name]) => `${folder}/package.json: ${name} is not in the catalog`),
      ...(manifest.packageManager !== undefined && !/^pnpm@\d+\.\d+\.\d+$/.test(manifest.packageManager)
        ? [inexact('package.json', 'packageManager', manifest.packageManager)]
        : []),
    ]),
  ]
}

function installed({ dependencies, devDependencies, optionalDependencies }: Manifest): [string, string][] {
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
}

function inexact(where: string, name: string, version: string): string {
  return `${where}: ${name} is "${version}", not one exact version`
}

/** One version, or one version of another name (`npm:other@1.2.3`). */
const EXACT = /^(?:npm:(?:@[a-z0-9.-]+\/)?[a-z0-9.-]+@)?\d+\.\d+\.\d+(?:-[0-9a-z.-]+)?$/i
