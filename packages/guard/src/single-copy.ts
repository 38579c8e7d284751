import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RingfenceError } from '@ringfence/errors'

/**
 * Two copies of this package in one process would not recognise each other's principals and chains, so the second one
 * refuses to load and says where both are.
 */
export function assertSingleCopy(url: string): void {
  const seen = globalThis as { [COPY]?: string }
  const first = (seen[COPY] ??= url)
  if (first === url) return
  throw new RingfenceError(
    'guard_loaded_twice',
    `two copies of @ringfence/guard are loaded: ${describe(first)} and ${describe(url)}; ` +
      'install one version for the whole process (it is a peer dependency) and import it one way',
  )
}

function describe(url: string): string {
  const root = folder(url)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return `${root} (${version})`
}

/** The package's folder: the nearest one above with a manifest. */
function folder(url: string): string {
  let at = dirname(fileURLToPath(url))
  while (!existsSync(join(at, 'package.json')) && dirname(at) !== at) at = dirname(at)
  return at
}

const COPY: unique symbol = Symbol.for('@ringfence/guard')
