import { expect, test } from 'vitest'
import { packageShape } from '../../checks/package-shape.ts'
import { tree } from '../tree.ts'

const entry = (name: string): object => ({
  '@ringfence/source': `./src/${name}.ts`,
  types: `./dist/${name}.d.ts`,
  default: `./dist/${name}.js`,
})
const manifest = {
  name: '@ringfence/one',
  exports: { '.': entry('index'), './redis': entry('redis'), './package.json': './package.json' },
  files: ['dist', 'src', 'LICENSE'],
  publishConfig: { access: 'restricted' },
}

test('a package whose exports, sources and build agree passes', () => {
  expect(packageShape(workspace({}))).toEqual([])
})

test('a broken export is found', () => {
  const { types, ...untyped } = entry('redis') as Record<string, string>
  for (const target of [untyped, { ...untyped, types }, entry('other'), './dist/redis.js']) {
    expect(packageShape(workspace({ exports: { ...manifest.exports, './redis': target } }))).toEqual([
      expect.stringMatching(/^packages\/one: exports\["\.\/redis"\] is not/),
    ])
  }
  expect(packageShape(workspace({ exports: { ...manifest.exports, './new': entry('new') } }))).toEqual([
    'packages/one: src/new.ts is exported but missing',
    'packages/one: src/new.ts is exported but not built by tsup.config.ts',
  ])
})

test('a package that would go elsewhere or to everybody, or would carry other files, is found', () => {
  expect(packageShape(workspace({ publishConfig: { access: 'public' } }))).toEqual([
    expect.stringContaining('restricted'),
  ])
  expect(
    packageShape(workspace({ publishConfig: { access: 'restricted', registry: 'https://example.test' } })),
  ).toEqual(['packages/one: publishConfig.registry overrides the registry'])
  expect(packageShape(workspace({ files: ['dist', 'src', 'LICENSE', 'test'] }))).toEqual([
    expect.stringContaining('files is not'),
  ])
})

function workspace(change: object): string {
  return tree({
    'package.json': JSON.stringify({ name: 'root', private: true }),
    'packages/one/package.json': JSON.stringify({ ...manifest, ...change }),
    'packages/one/tsup.config.ts': "entry: ['src/index.ts', 'src/redis.ts']",
    'packages/one/src/index.ts': '',
    'packages/one/src/redis.ts': '',
    'packages/one/README.md': '',
    'packages/one/LICENSE': '',
  })
}
