import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { workspaceManifests, type Located } from './manifests.ts'

/** What every published package has in common: its entries agree, and nothing can send it to another registry. */
export function packageShape(root: string): string[] {
  return workspaceManifests(root)
    .filter(({ manifest }) => manifest.private !== true)
    .flatMap((located) => [...entries(root, located), ...publishing(root, located)])
}

/** `exports`, the entry files in src and the entries of tsup name the same modules. */
function entries(root: string, { folder, manifest }: Located): string[] {
  const config = readFileSync(join(root, folder, 'tsup.config.ts'), 'utf8')
  const built = new Set([...config.matchAll(/src\/[a-z0-9-]+\.ts/g)].map(([file]) => file))
  const exported = Object.entries(manifest.exports ?? {}).filter(([subpath]) => subpath !== './package.json')
  return exported.flatMap(([subpath, target]) => {
    const name = subpath === '.' ? 'index' : subpath.slice('./'.length)
    const expected = {
      '@ringfence/source': `./src/${name}.ts`,
      types: `./dist/${name}.d.ts`,
      default: `./dist/${name}.js`,
    }
    return [
      // The order matters: the first condition that applies wins.
      ...(JSON.stringify(target) === JSON.stringify(expected)
        ? []
        : [`${folder}: exports["${subpath}"] is not ${JSON.stringify(expected)}`]),
      ...(existsSync(join(root, folder, `src/${name}.ts`))
        ? []
        : [`${folder}: src/${name}.ts is exported but missing`]),
      ...(built.has(`src/${name}.ts`) ? [] : [`${folder}: src/${name}.ts is exported but not built by tsup.config.ts`]),
    ]
  })
}

function publishing(root: string, { folder, manifest }: Located): string[] {
  return [
    ...(manifest.publishConfig?.['access'] === 'restricted'
      ? []
      : [`${folder}: publishConfig.access is not "restricted"`]),
    ...(manifest.publishConfig?.['registry'] === undefined
      ? []
      : [`${folder}: publishConfig.registry overrides the registry`]),
    ...['README.md', 'LICENSE']
      .filter((file) => !existsSync(join(root, folder, file)))
      .map((file) => `${folder}: ${file} is missing`),
    ...(manifest.files?.join() === 'dist,src,LICENSE' ? [] : [`${folder}: files is not ["dist", "src", "LICENSE"]`]),
  ]
}
