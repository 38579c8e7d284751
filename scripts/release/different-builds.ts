import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The files in `packages/<name>/dist` that two builds of the same sources, in two folders, do not share byte for byte.
 * Whoever rebuilds a release must get its bytes.
 */
export function differentBuilds(first: string, second: string): string[] {
  const [a, b] = [hashes(first), hashes(second)]
  if (a.size === 0) return ['nothing was built: run pnpm build']
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((file) => a.get(file) !== b.get(file))
    .map(
      (file) =>
        `${file} is ${a.has(file) && b.has(file) ? 'different' : 'missing'} in a build of the same sources elsewhere`,
    )
}

function hashes(root: string): ReadonlyMap<string, string> {
  const files = globSync('packages/*/dist/**/*.{js,map,ts}', { cwd: root })
  return new Map(
    files.map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(root, file)))
        .digest('hex'),
    ]),
  )
}
