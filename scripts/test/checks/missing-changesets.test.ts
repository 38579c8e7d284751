import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { missingChangesets } from '../../checks/missing-changesets.ts'
import { run, tree } from '../tree.ts'

const CHANGED = ['@ringfence/one changed (packages/one/src/index.ts) without a changeset: run `pnpm changeset`']
const changeset = "---\n'@ringfence/one': patch\n---\n\nMends it.\n"

test('a package that changed since its version needs a changeset that names it', () => {
  const root = repository()
  expect(missingChangesets(root)).toEqual([])
  appendFileSync(join(root, 'packages/one/src/index.ts'), 'export const two = 2\n')
  expect(missingChangesets(root)).toEqual(CHANGED)
  writeFileSync(join(root, '.changeset/other.md'), changeset.replace('one', 'two'))
  expect(missingChangesets(root)).toEqual(CHANGED)
  writeFileSync(join(root, '.changeset/mends.md'), changeset)
  expect(missingChangesets(root)).toEqual([])
})

test('files that are not published need none', () => {
  const root = repository()
  writeFileSync(join(root, 'packages/one/vitest.config.ts'), 'export {}\n')
  commit(root)
  expect(missingChangesets(root)).toEqual([])
})

test('an older changeset does not cover a newer change, when the commit to compare with is given', () => {
  const root = repository()
  writeFileSync(join(root, '.changeset/older.md'), changeset)
  commit(root)
  appendFileSync(join(root, 'packages/one/src/index.ts'), 'export const two = 2\n')
  commit(root)
  expect(missingChangesets(root)).toEqual([])
  expect(missingChangesets(root, 'HEAD~1')).toEqual(CHANGED)
})

test('a history that does not hold the version is an error, not a pass', () => {
  const root = tree({ 'package.json': '{"private":true}', 'packages/one/package.json': '{"name":"@ringfence/one"}' })
  run('git', ['init', '--quiet'], root)
  expect(() => missingChangesets(root)).toThrow(/git log failed|no commit sets its version/)
})

function repository(): string {
  const root = tree({
    'package.json': '{"private":true}',
    '.changeset/config.json': '{}',
    'packages/one/package.json': '{\n  "name": "@ringfence/one",\n  "version": "1.0.0"\n}\n',
    'packages/one/src/index.ts': 'export const one = 1\n',
  })
  run('git', ['init', '--quiet'], root)
  commit(root)
  return root
}

function commit(root: string): void {
  run('git', ['add', '--all'], root)
  run('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.test', 'commit', '--quiet', '-m', 'x'], root)
}
