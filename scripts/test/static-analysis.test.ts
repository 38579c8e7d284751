import { verifies, violates } from '@ringfence/policy'
import { expect } from 'vitest'
import { REPOSITORY, run, tree } from './tree.ts'

verifies(['TR-26', 'TS-22/analysis'], 'the analysis finds nothing in the repository', () => {
  expect(run('eslint', ['.'], REPOSITORY)).toEqual({ status: 0, output: '' })
})

violates(['TR-26', 'TS-22/analysis'], 'patterns that attackers like are found', () => {
  const planted = {
    'a shell command': "import { exec } from 'node:child_process'\nexport const a = (b: string) => exec(b)",
    'eval of input': 'export const a = (b: string): unknown => eval(b)',
    'a regular expression with exponential backtracking': 'export const a = /^(?:[a-z]+)+$/',
    'a regular expression from input': 'export const a = (b: string) => new RegExp(b)',
    'a write without its bounds check': 'export const a = (b: Buffer) => b.writeUInt8(1, 2, true)',
    'a hidden direction mark': "export const a = 'user\u202E'",
  }
  for (const [what, source] of Object.entries(planted)) expect(analyse(source), what).toBe(1)
  expect(analyse('export const a = (b: string): boolean => b === undefined || b.length > 3')).toBe(0)
})

violates(
  ['TR-26', 'TS-22/analysis'],
  'a comparison that leaks a secret byte by byte is found, and a predictable number',
  () => {
    expect(analyse('export const a = (mac: string, given: string) => mac === given')).toBe(1)
    expect(analyse('export const a = (key: { secret: string }, given: string) => given !== key.secret')).toBe(1)
    expect(analyse('export const a = (mac: Buffer, given: Buffer) => mac.equals(given)')).toBe(1)
    expect(analyse('export const a = (given: Buffer, expected: Buffer) => given.equals(expected)')).toBe(1)
    expect(analyse('export const a = () => Math.random()')).toBe(1)
    expect(analyse('export const a = (token?: string) => token === undefined')).toBe(0)
  },
)

/** The exit code of the analysis, with the rules of the repository, for a package with this one file. */
function analyse(source: string): number | null {
  const root = tree({ 'packages/hmac-auth/src/planted.ts': `${source}\n` })
  return run('eslint', ['--config', `${REPOSITORY}/eslint.config.js`, '.'], root).status
}
