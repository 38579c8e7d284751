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

violates(['TR-13', 'TS-12/access'], 'every way to read process.env is caught outside secret-config', () => {
  const spellings = [
    'export const a: unknown = process.env.PATH',
    "export const a: unknown = process['env']['PATH']",
    'export const { env }: NodeJS.Process = process',
    "import { env } from 'node:process'\nexport const a: unknown = env",
    "import p from 'process'\nexport const a: unknown = p.env",
  ]
  for (const source of spellings) expect(lint('packages/guard/src/planted.ts', source), source).toBe(1)
  expect(lint('packages/secret-config/src/planted.ts', spellings[0]!)).toBe(0)
})

violates('TS-04/no-any', 'an `any` is caught, written or inherited', () => {
  expect(lint('apps/tool-server/src/planted.ts', 'export const a = (b: any): unknown => b')).toBe(1)
  expect(lint('apps/tool-server/src/planted.ts', "export const a: string = JSON.parse('{}')")).toBe(1)
})

test.each([
  ['an unsafe option', "import { trust } from '@ringfence/egress/unsafe'\nexport const a: unknown = trust"],
  ['the inside of another package', "import { a } from '@ringfence/guard/src/chain.ts'\nexport const b: unknown = a"],
  ['a default export', 'export default 1'],
  ['a floating promise', 'export const a = (b: () => Promise<void>): void => {\n  b()\n}'],
  ['eval', "export const a: unknown = eval('1')"],
  ['loose equality', 'export const a = (b: number): boolean => b == 1'],
])('%s is an error in a package, and the same file without it is not', (_, source) => {
  expect(lint('packages/guard/src/planted.ts', source)).toBe(1)
  expect(lint('packages/guard/src/planted.ts', 'export const a = 1')).toBe(0)
})

/** The exit code of the linter, with the rules of the repository, for a tree with this one file. */
function lint(file: string, source: string): number | null {
  const tsconfig = JSON.stringify({
    compilerOptions: { strict: true, types: ['node'], typeRoots: [`${REPOSITORY}/node_modules/@types`] },
  })
  const root = tree({ [file]: `${source}\n`, 'tsconfig.json': tsconfig }, ['.oxlintrc.json'])
  return run('oxlint', ['--type-aware', '--deny-warnings'], root).status
}
