import { existsSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import type { Manifest } from '../checks/manifests.ts'
import { externalImports, packageOf } from './external-imports.ts'

/**
 * Looks at a tarball that was unpacked: it holds what a consumer needs and nothing else, and what it imports is what its
 * manifest makes a consumer install.
 *
 * @param folder where it was unpacked: the folder with its package.json
 * @param files the paths in it
 * @param manifest its package.json, as published
 * @param bytes its size, and `budget` what it may have
 */
export function tarballProblems(
  folder: string,
  files: readonly string[],
  manifest: Manifest,
  { bytes, budget }: { readonly bytes: number; readonly budget: number | undefined },
): string[] {
  return [
    ...files.filter((file) => !EXPECTED.test(file)).map((file) => `${file} does not belong into the tarball`),
    ...['README.md', 'LICENSE'].filter((file) => !files.includes(file)).map((file) => `${file} is missing`),
    ...targets(manifest)
      .filter((file) => !files.includes(file))
      .map((file) => `${file} is exported but missing`),
    ...targets(manifest)
      .filter((file) => file.endsWith('.js') && existsSync(join(folder, file)))
      .flatMap((file) =>
        undeclared(join(folder, file), manifest).map((name) => `${file} imports ${name}, which nobody installs`),
      ),
    ...protocols(manifest),
    ...(budget === undefined ? ['it has no size budget in scripts/size-budget.json'] : []),
    ...(budget !== undefined && bytes > budget ? [`${bytes} bytes packed, over its budget of ${budget}`] : []),
  ]
}

function targets({ exports }: Manifest): string[] {
  const files = Object.values(exports ?? {}).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  )
  return [...new Set(files.map((file) => file.slice('./'.length)))]
}

/** A dev dependency that leaked into what ships is found here: it works in the workspace, and nowhere else. */
function undeclared(file: string, { name, dependencies, peerDependencies }: Manifest): string[] {
  const installed = new Set([name, ...Object.keys({ ...dependencies, ...peerDependencies })])
  const packages = [...externalImports(file)].filter((specifier) => !isBuiltin(specifier)).map(packageOf)
  return packages.filter((imported) => !installed.has(imported))
}

/** What only a workspace understands must be a version by now. */
function protocols({ dependencies, peerDependencies }: Manifest): string[] {
  return Object.entries({ ...dependencies, ...peerDependencies })
    .filter(([, version]) => /^(workspace|catalog|link|file):/.test(version))
    .map(([dependency, version]) => `${dependency} is published as "${version}"`)
}

const EXPECTED =
  /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/[^/]+\.(?:js|js\.map|d\.ts)|src\/(?:[a-z0-9-]+\/)*[a-z0-9-]+\.(?:ts|lua)|src\/vectors\/[\w.-]+\.(?:txt|json|md))$/
