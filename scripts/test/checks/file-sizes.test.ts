import { expect, test } from 'vitest'
import { fileSizes } from '../../checks/file-sizes.ts'
import { REPOSITORY, tree } from '../tree.ts'

const CORE = ['guard', 'chain', 'outcome', 'principal', 'request', 'snapshot', 'either']
const lines = (count: number): string => 'x\n'.repeat(count)

test('the sources of the repository are short', () => {
  expect(fileSizes(REPOSITORY)).toEqual([])
})

test('a long file, a long median and a long core are found', () => {
  const core = (count: number): Record<string, string> =>
    Object.fromEntries(CORE.map((name) => [`packages/guard/src/${name}.ts`, lines(count)]))
  expect(fileSizes(tree({ ...core(10), 'apps/one/src/long.ts': lines(401) }))).toEqual([
    'apps/one/src/long.ts: 401 lines, over 400',
  ])
  expect(fileSizes(tree(core(85)))).toEqual([])
  expect(fileSizes(tree(core(86)))).toEqual([expect.stringContaining('has 602 lines, not under 600')])
  const many = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`packages/a/src/${i}.ts`, lines(100)]))
  expect(fileSizes(tree({ ...core(10), ...many }))).toEqual(['the median source file has 100 lines, not under 100'])
})
