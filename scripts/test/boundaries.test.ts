import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { REPOSITORY, run, tree } from './tree.ts'

test('imports of the repository point down only', () => {
  expect(cruise(REPOSITORY)).toMatchObject({
    status: 0,
    output: expect.stringContaining('no dependency violations found'),
  })
})

/** Each in a file of its own, in one workspace, since the check takes longer to start than to look at them all. */
const PLANTED: readonly (readonly [rule: string, file: string, source: string])[] = [
  ['tier-1-imports-down', 'packages/guard/src/a.ts', "import '@ringfence/hmac-auth'"],
  ['tier-1-imports-down', 'packages/guard/src/b.ts', "import '@ringfence/redis'"],
  ['no-cross-package-relative', 'packages/hmac-auth/src/a.ts', "import '../../guard/src/index.ts'"],
  ['packages-not-to-apps', 'packages/hmac-auth/src/b.ts', "import '../../../apps/trading/src/main.ts'"],
  ['no-proof-in-the-product', 'apps/trading/src/a.ts', "import '@ringfence/policy'"],
  ['only-authenticators-issue-principals', 'apps/trading/src/b.ts', "import '@ringfence/guard/authenticator'"],
  ['nothing-undeclared', 'packages/redis/src/a.ts', "import 'left-pad'"],
  ['no-circular', 'packages/guard/src/authenticator.ts', "import './index.ts'"],
]

/** An authentication package may issue principals. */
const ALLOWED = ['packages/hmac-auth/src/c.ts', "import '@ringfence/guard/authenticator'"] as const

let planted: ReturnType<typeof run> | undefined

test.each(PLANTED)('%s: caught in %s', (rule, file) => {
  const files = Object.fromEntries([...PLANTED.map(([, name, source]) => [name, source] as const), ALLOWED])
  planted ??= cruise(workspace(files))
  expect(planted.output).toContain(`error ${rule}: ${file}`)
  expect(planted.output).not.toContain(`: ${ALLOWED[0]}`)
  expect(planted.status).toBeGreaterThan(0)
})

function cruise(root: string): ReturnType<typeof run> {
  const folders = ['packages', 'apps', 'policy', 'bench']
  return run('depcruise', ['--config', `${REPOSITORY}/.dependency-cruiser.cjs`, ...folders], root)
}

/** A small workspace that breaks no rule, and these files on top. */
function workspace(files: Readonly<Record<string, string>>): string {
  const all = ['@ringfence/guard', '@ringfence/hmac-auth', '@ringfence/redis', '@ringfence/policy']
  const dependencies = Object.fromEntries(all.map((name) => [name, 'workspace:*']))
  const manifest = (name: string): string =>
    JSON.stringify({
      name,
      dependencies,
      exports: { '.': './src/index.ts', './authenticator': './src/authenticator.ts' },
    })
  const packages = ['packages/guard', 'packages/hmac-auth', 'packages/redis', 'apps/trading', 'policy', 'bench']
  const sources = packages.flatMap((folder) => [
    [`${folder}/package.json`, manifest(`@ringfence/${folder.split('/').at(-1)}`)],
    [`${folder}/src/index.ts`, 'export {}'],
  ])
  const entries = {
    'packages/guard/src/index.ts': "import './authenticator.ts'",
    'packages/guard/src/authenticator.ts': 'export {}',
    'apps/trading/src/main.ts': 'export {}',
  }
  const root = tree({ ...Object.fromEntries(sources), ...entries, ...files }, ['tsconfig.base.json'])
  mkdirSync(join(root, 'node_modules/@ringfence'), { recursive: true })
  for (const folder of packages) {
    symlinkSync(join(root, folder), join(root, 'node_modules/@ringfence', folder.split('/').at(-1) ?? ''))
  }
  return root
}
