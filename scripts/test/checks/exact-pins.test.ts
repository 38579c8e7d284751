import { verifies, violates } from '@ringfence/policy'
import { expect, test } from 'vitest'
import { exactPins } from '../../checks/exact-pins.ts'
import { REPOSITORY, tree } from '../tree.ts'

verifies('TS-21/pins', 'every version that is installed is exact', () => {
  expect(exactPins(REPOSITORY)).toEqual([])
})

violates('TS-21/pins', 'a range is caught in the catalog, in a manifest and in the package manager', () => {
  for (const range of ['^1.2.3', '~1.2.3', '>=1.2.3', '1.x', '1.2', '*', 'latest', 'npm:b@^1.2.3', 'github:a/b']) {
    expect(exactPins(workspace({ catalog: range })), range).toEqual([
      `the catalog: a is "${range}", not one exact version`,
    ])
    expect(exactPins(workspace({ manifest: range })), range).toEqual([
      `packages/one/package.json: a is "${range}", not one exact version`,
    ])
  }
  expect(exactPins(workspace({ packageManager: 'pnpm@12' }))).toEqual([expect.stringContaining('packageManager')])
  expect(exactPins(workspace({ catalog: undefined }))).toEqual(['packages/one/package.json: a is not in the catalog'])
})

test('exact versions, aliases of exact versions and the workspace pass', () => {
  for (const exact of ['1.2.3', '1.2.3-rc.1', 'npm:b@1.2.3', 'npm:@b/c@1.2.3', 'workspace:*', 'catalog:']) {
    expect(exactPins(workspace({ manifest: exact })), exact).toEqual([])
  }
})

function workspace(parts: { catalog?: string | undefined; manifest?: string; packageManager?: string }): string {
  const {
    catalog = 'catalog' in parts ? undefined : '1.2.3',
    manifest = 'catalog:',
    packageManager = 'pnpm@12.21.0',
  } = parts
  return tree({
    'pnpm-workspace.yaml': `packages: [packages/*]\ncatalog:\n${catalog === undefined ? '  other: 1.0.0' : `  a: "${catalog}"`}\n`,
    'package.json': JSON.stringify({ name: 'root', packageManager }),
    'packages/one/package.json': JSON.stringify({
      name: 'one',
      devDependencies: { a: manifest },
      peerDependencies: { peer: '^5.0.0' },
    }),
  })
}
