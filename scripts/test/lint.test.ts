import { globSync } from 'node:fs'
import { verifies, violates } from '@ringfence/policy'
import { expect, test } from 'vitest'
import { REPOSITORY, run, tree } from './tree.ts'

verifies(['TR-13', 'TS-12/access', 'TS-04/no-any'], 'the linter finds nothing in the sources', () => {
  const sources = globSync('{packages,apps}/*/src', { cwd: REPOSITORY })
  expect(sources.length).toBeGreaterThan(10)
  expect(run('oxlint', ['--type-aware', '--deny-warnings', ...sources], REPOSITORY)).toMatchObject({
    status: 0,
    output: expect.stringContaining('Found 0 warnings and 0 errors'),
  })
})

const ENVIRONMENT = [
  'export const a: unknown = process.env.PATH',
  "export const a: unknown = process['env']['PATH']",
  'export const { env }: NodeJS.Process = process',
  "import { env } from 'node:process'\nexport const a: unknown = env",
  "import p from 'process'\nexport const a: unknown = p.env",
]

const ANY = ['export const a = (b: any): unknown => b', "export const a: string = JSON.parse('{}')"]

const OTHERS: Readonly<Record<string, string>> = {
  'an unsafe option': "import { trust } from '@ringfence/egress/unsafe'\nexport const a: unknown = trust",
  'the inside of another package': "import { a } from '@ringfence/guard/src/chain.ts'\nexport const b: unknown = a",
  'a default export': 'export default 1',
  'a floating promise': 'export const a = (b: () => Promise<void>): void => {\n  b()\n}',
  eval: "export const a: unknown = eval('1')",
  'loose equality': 'export const a = (b: number): boolean => b == 1',
}

/** Where each source is planted, in one tree, since the linter takes longer to start than to look at them all. */
const PLANTED: Readonly<Record<string, string>> = Object.fromEntries([
  ...ENVIRONMENT.map((source, i) => [`packages/guard/src/environment-${i}.ts`, source]),
  ...ANY.map((source, i) => [`apps/tool-server/src/any-${i}.ts`, source]),
  ...Object.entries(OTHERS).map(([what, source]) => [`packages/guard/src/${what.replaceAll(' ', '-')}.ts`, source]),
  ['packages/secret-config/src/allowed.ts', ENVIRONMENT[0]!],
  ['packages/guard/src/fine.ts', 'export const a = 1'],
])

violates(['TR-13', 'TS-12/access'], 'every way to read process.env is caught outside secret-config', () => {
  for (const [i, source] of ENVIRONMENT.entries())
    expect(faulty(), source).toContain(`packages/guard/src/environment-${i}.ts`)
  expect(faulty()).not.toContain('packages/secret-config/src/allowed.ts')
})

violates('TS-04/no-any', 'an `any` is caught, written or inherited', () => {
  for (const [i, source] of ANY.entries()) expect(faulty(), source).toContain(`apps/tool-server/src/any-${i}.ts`)
})

test.each(Object.keys(OTHERS))('%s is an error in a package, and a file without it is not', (what) => {
  expect(faulty()).toContain(`packages/guard/src/${what.replaceAll(' ', '-')}.ts`)
  expect(faulty()).not.toContain('packages/guard/src/fine.ts')
})

/** The planted files in which the linter, with the rules of the repository, finds an error. */
function faulty(): ReadonlySet<string> {
  return (found ??= lint())
}

let found: ReadonlySet<string> | undefined

function lint(): ReadonlySet<string> {
  const tsconfig = JSON.stringify({
    compilerOptions: { strict: true, types: ['node'], typeRoots: [`${REPOSITORY}/node_modules/@types`] },
  })
  const sources = Object.fromEntries(Object.entries(PLANTED).map(([file, source]) => [file, `${source}\n`]))
  const root = tree({ ...sources, 'tsconfig.json': tsconfig }, ['.oxlintrc.json'])
  const { output } = run('oxlint', ['--type-aware', '--deny-warnings', '--format', 'json'], root)
  const { diagnostics } = JSON.parse(output) as { diagnostics: readonly { readonly filename: string }[] }
  return new Set(diagnostics.map(({ filename }) => filename))
}
