import { relative } from 'node:path'
import { verifies, violates } from '@ringfence/policy'
import { expect } from 'vitest'
import { REPOSITORY, run, tree } from './tree.ts'

verifies(['TR-26', 'TS-22/analysis'], 'the analysis finds nothing in the repository', () => {
  expect(run('eslint', ['.'], REPOSITORY)).toEqual({ status: 0, output: '' })
})

const PATTERNS: Readonly<Record<string, string>> = {
  'a shell command': "import { exec } from 'node:child_process'\nexport const a = (b: string) => exec(b)",
  'eval of input': 'export const a = (b: string): unknown => eval(b)',
  'a regular expression with exponential backtracking': 'export const a = /^(?:[a-z]+)+$/',
  'a regular expression from input': 'export const a = (b: string) => new RegExp(b)',
  'a write without its bounds check': 'export const a = (b: Buffer) => b.writeUInt8(1, 2, true)',
  'a hidden direction mark': "export const a = 'user\u202E'",
}

const LEAKS: Readonly<Record<string, string>> = {
  'a MAC compared as text': 'export const a = (mac: string, given: string) => mac === given',
  'a secret compared as text': 'export const a = (key: { secret: string }, given: string) => given !== key.secret',
  'a MAC compared as bytes': 'export const a = (mac: Buffer, given: Buffer) => mac.equals(given)',
  'what is expected compared as bytes': 'export const a = (given: Buffer, expected: Buffer) => given.equals(expected)',
  'a predictable number': 'export const a = () => Math.random()',
}

const FINE: Readonly<Record<string, string>> = {
  'a comparison that tells nothing': 'export const a = (b: string): boolean => b === undefined || b.length > 3',
  'a look whether a token is there': 'export const a = (token?: string) => token === undefined',
}

violates(['TR-26', 'TS-22/analysis'], 'patterns that attackers like are found', () => {
  for (const what of Object.keys(PATTERNS)) expect(faulty(), what).toContain(nameOf(what))
  for (const what of Object.keys(FINE)) expect(faulty(), what).not.toContain(nameOf(what))
})

violates(
  ['TR-26', 'TS-22/analysis'],
  'a comparison that leaks a secret byte by byte is found, and a predictable number',
  () => {
    for (const what of Object.keys(LEAKS)) expect(faulty(), what).toContain(nameOf(what))
  },
)

/** The planted files in which the analysis finds something. They share a tree: starting it takes longer than all of them. */
function faulty(): ReadonlySet<string> {
  return (found ??= analyse())
}

let found: ReadonlySet<string> | undefined

function analyse(): ReadonlySet<string> {
  const planted = Object.entries({ ...PATTERNS, ...LEAKS, ...FINE })
  const root = tree(Object.fromEntries(planted.map(([what, source]) => [nameOf(what), `${source}\n`])))
  const { output } = run('eslint', ['--config', `${REPOSITORY}/eslint.config.js`, '--format', 'json', '.'], root)
  const results = JSON.parse(output) as readonly { readonly filePath: string; readonly errorCount: number }[]
  return new Set(results.filter(({ errorCount }) => errorCount > 0).map(({ filePath }) => relative(root, filePath)))
}

function nameOf(what: string): string {
  return `packages/hmac-auth/src/${what.replaceAll(' ', '-')}.ts`
}
