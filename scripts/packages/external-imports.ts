import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What a built module imports, itself or through the chunks beside it: `zod`, `@ringfence/guard/node`, `node:crypto`. */
export function externalImports(file: string): ReadonlySet<string> {
  const found = new Set<string>()
  const seen = new Set<string>()
  const queue = [file]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    for (const specifier of specifiers(readFileSync(next, 'utf8'))) {
      if (specifier.startsWith('.')) queue.push(join(dirname(next), specifier))
      else found.add(specifier)
    }
  }
  return found
}

/** `@a/b/c` and `@a/b` are of the package `@a/b`. */
export function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

/** What built code imports: esbuild writes one import per statement, with double quotes. */
function specifiers(code: string): string[] {
  return [...code.matchAll(IMPORT)].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '')
}

const IMPORT = /[\w$}*]\sfrom\s"([^"\n]+)";?$|^import\s"([^"\n]+)";?$|\bimport\("([^"\n]+)"\)/gm
