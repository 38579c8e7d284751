import { expect, test } from 'vitest'
import { differentBuilds } from '../../release/different-builds.ts'
import { tree } from '../tree.ts'

const build = {
  'packages/one/dist/index.js': 'a',
  'packages/one/dist/index.d.ts': 'b',
  'packages/one/src/index.ts': 'c',
}

test('two builds with the same bytes are the same, whatever is beside them', () => {
  expect(differentBuilds(tree(build), tree({ ...build, 'packages/one/src/index.ts': 'd' }))).toEqual([])
})

test('a byte that changed, a file that is missing, and nothing at all are found', () => {
  expect(differentBuilds(tree(build), tree({ ...build, 'packages/one/dist/index.js': 'z' }))).toEqual([
    'packages/one/dist/index.js is different in a build of the same sources elsewhere',
  ])
  const { 'packages/one/dist/index.d.ts': _types, ...fewer } = build
  expect(differentBuilds(tree(build), tree(fewer))).toEqual([expect.stringContaining('index.d.ts is missing')])
  expect(differentBuilds(tree({}), tree({}))).toEqual(['nothing was built: run pnpm build'])
})
