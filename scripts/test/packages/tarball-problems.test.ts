import { expect, test } from 'vitest'
import type { Manifest } from '../../checks/manifests.ts'
import { tarballProblems } from '../../packages/tarball-problems.ts'
import { tree } from '../tree.ts'

const manifest: Manifest = {
  name: '@ringfence/one',
  version: '1.0.0',
  exports: { '.': { '@ringfence/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' } },
  dependencies: { '@ringfence/errors': '1.0.0' },
  peerDependencies: { zod: '^4.0.0' },
  devDependencies: { 'fast-check': '4.0.0' },
}
const files = {
  'package.json': '{}',
  'README.md': '',
  LICENSE: '',
  'src/index.ts': '',
  'dist/index.d.ts': '',
  'dist/index.js': 'import { z } from "zod";\nimport { RingfenceError } from "@ringfence/errors";\n',
}

test('a tarball with what its manifest says passes', () => {
  expect(problems(files)).toEqual([])
})

test('files that are not for consumers, and missing ones, are found', () => {
  expect(problems({ ...files, 'test/index.test.ts': '', '.env': '', 'dist/notes.txt': '', 'src/.npmrc': '' })).toEqual(
    ['test/index.test.ts', '.env', 'dist/notes.txt', 'src/.npmrc'].map(
      (file) => `${file} does not belong into the tarball`,
    ),
  )
  const { 'dist/index.d.ts': _types, LICENSE: _licence, ...fewer } = files
  expect(problems(fewer)).toEqual(['LICENSE is missing', 'dist/index.d.ts is exported but missing'])
})

test('a dev dependency that leaked into what ships is found', () => {
  const leaked = { ...files, 'dist/index.js': 'import * as fc from "fast-check";\n' }
  expect(problems(leaked)).toEqual(['dist/index.js imports fast-check, which nobody installs'])
})

test('a built-in module needs nobody to install it, unless its node: was lost', () => {
  const code = 'import "node:crypto";\nimport "fs";\nimport { DatabaseSync } from "node:sqlite";\n'
  expect(problems({ ...files, 'dist/index.js': code })).toEqual([])
  expect(problems({ ...files, 'dist/index.js': code.replace('node:sqlite', 'sqlite') })).toEqual([
    'dist/index.js imports sqlite, which nobody installs',
  ])
})

test('a version that only a workspace understands is found', () => {
  const published = {
    ...manifest,
    dependencies: { '@ringfence/errors': 'workspace:*' },
    peerDependencies: { zod: 'catalog:' },
  }
  expect(problems(files, published)).toEqual([
    '@ringfence/errors is published as "workspace:*"',
    'zod is published as "catalog:"',
  ])
})

test('a tarball over its budget, or without one, is found', () => {
  expect(problems(files, manifest, { bytes: 101, budget: 100 })).toEqual(['101 bytes packed, over its budget of 100'])
  expect(problems(files, manifest, { bytes: 1, budget: undefined })).toEqual([
    expect.stringContaining('no size budget'),
  ])
})

function problems(
  contents: Readonly<Record<string, string>>,
  published = manifest,
  size = { bytes: 1, budget: 1 } as { bytes: number; budget: number | undefined },
): string[] {
  return tarballProblems(tree(contents), Object.keys(contents), published, size)
}
