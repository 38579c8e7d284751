import { expect, test } from 'vitest'
import { patternLiterals } from '../patterns/pattern-literals.ts'
import { redosFault } from '../patterns/redos-fault.ts'
import { gitTree, REPOSITORY, run } from './tree.ts'

const check = (files: Readonly<Record<string, string>>): { status: number | null; output: string } =>
  run('node', [`${REPOSITORY}/scripts/patterns.ts`, gitTree(files)], REPOSITORY, { RECHECK_BACKEND: 'pure' })

test('a planted bad pattern fails the gate, with its place', () => {
  const { status, output } = check({
    'packages/a/src/fine.ts': 'export const a = /^[a-z]+$/\n',
    'packages/a/src/planted.ts': '\nexport const b = /^(?:[a-z]+)+$/\n',
  })
  expect({ status, output }).toEqual({ status: 1, output: expect.stringContaining('packages/a/src/planted.ts:2: ') })
  expect(output).not.toContain('fine.ts')
})

test('linear patterns pass, and tests may hold bad ones', () => {
  const files = { 'src/fine.ts': 'export const a = /^[a-z]+$/\n', 'test/bad.test.ts': 'export const b = /^(a+)+$/\n' }
  expect(check(files)).toEqual({ status: 0, output: 'patterns: 1 in 1 files, all linear\n' })
})

test('no pattern at all is no proof', () => {
  expect(check({ 'src/none.ts': 'export const a = 1\n' }).status).toBe(1)
})

test.each([
  ['^(a+)+$', ''],
  ['^(?:a|aa)+$', ''],
  ['^a*a*b$', ''],
  ['\\s+$', 'g'],
  ['^(?:[\\w.-]+)*@x$', 'i'],
])('/%s/%s is not linear', (source, flags) => {
  expect(redosFault(source, flags)).toMatch(/takes (?:polynomial|exponential) time/)
})

test('a factor that its fuzzer takes for a power is measured and let pass', () => {
  expect(redosFault('[a-z]{1,30}(?=:)', 'g')).toBeUndefined()
})

test('literals are found, and what constants of the file are put together to', () => {
  const text = "const D = '[0-9]'\nconst DD = `${D}${D}`\nnew RegExp(`^${DD}$`, 'u')\nf(/a\\/b/gi)\nnew RegExp(given)\n"
  expect(patternLiterals('a.ts', text)).toEqual([
    { line: 3, source: '^[0-9][0-9]$', flags: 'u' },
    { line: 4, source: 'a\\/b', flags: 'gi' },
  ])
})
