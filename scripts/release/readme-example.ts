import { packageOf } from '../packages/external-imports.ts'

/**
 * The example that opens a README: the first block fenced as `ts`.
 *
 * @throws {Error} when there is none, or it is longer than a reader takes in at a glance
 */
export function readmeExample(readme: string): string {
  const [, opened] = readme.split(/^```ts\n/m, 2)
  const [example, closed] = opened?.split(/^```$/m, 2) ?? []
  if (example === undefined || closed === undefined) throw new Error('the README opens with no ```ts example')
  const lines = example.split('\n').filter((line) => line.trim() !== '').length
  if (lines > LONGEST) throw new Error(`the example has ${lines} lines, more than ${LONGEST}`)
  return example
}

/** The packages that an example imports. */
export function importedPackages(example: string): string[] {
  const specifiers = [...example.matchAll(/from '([^'./][^']*)'|import '([^'./][^']*)'/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  )
  const names = specifiers.filter((specifier) => !specifier.startsWith('node:')).map(packageOf)
  return [...new Set(names)]
}

/** The code of the error that ends the example, where a comment says so: `// throws cidr_invalid`. */
export function expectedError(example: string): string | undefined {
  return /\/\/ (?:throws|rejects)[,: ]+([a-z]+_[a-z_]+)/.exec(example)?.[1]
}

const LONGEST = 8
