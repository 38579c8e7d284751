import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * What a built module, or its declarations (`.d.ts`), import, itself or through the chunks beside it: `zod`,
 * `@ringfence/guard/node`, `node:crypto`.
 */
export function externalImports(file: string): ReadonlySet<string> {
  const found = new Set<string>()
  const seen = new Set<string>()
  const queue = [file]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    const declares = next.endsWith('.d.ts')
    for (const specifier of specifiers(readFileSync(next, 'utf8'), declares ? DECLARED : IMPORT)) {
      if (specifier.startsWith('.')) queue.push(join(dirname(next), declares ? declarationOf(specifier) : specifier))
      else found.add(specifier)
    }
  }
  return found
}

/** `@a/b/c` and `@a/b` are of the package `@a/b`. */
export function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

function specifiers(code: string, pattern: RegExp): string[] {
  return [...code.matchAll(pattern)].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '')
}

function declarationOf(specifier: string): string {
  return specifier.replace(/\.js$/, '.d.ts')
}

/** esbuild writes one import per statement, with double quotes; the bundler of declarations writes single ones. */
const IMPORT = /[\w$}*]\sfrom\s"([^"\n]+)";?$|^import\s"([^"\n]+)";?$|\bimport\("([^"\n]+)"\)/gm
const DECLARED = /[\w$}*]\sfrom\s'([^'\n]+)';?$|^import\s'([^'\n]+)';?$|\bimport\('([^'\n]+)'\)/gm
