import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { verifies, violates } from '@ringfence/policy'
import { folder } from './support/folder.ts'

const root = join(import.meta.dirname, '../../..')

describe('the repository', () => {
  verifies(
    ['TR-13', 'TS-12/access'],
    'nothing but this package reads process.env',
    () => {
      expect(accesses('packages/*/src', 'apps/*/src')).toEqual([])
    },
    60_000,
  )

  violates(
    ['TR-13', 'TS-12/access'],
    'a file that reads it is a lint error, in each usual spelling',
    () => {
      for (const source of [
        `export const key = process.env['API_KEY']`,
        `export const { env } = process`,
        `import { env } from 'node:process'\nexport const key = env`,
        `import * as p from 'process'\nexport const key = p`,
      ]) {
        const path = join(folder(), 'planted.ts')
        writeFileSync(path, `${source}\n`)
        expect(accesses(path), source).not.toEqual([])
      }
    },
    60_000,
  )

  verifies('TR-10/uncommitted', '.env is ignored by git and not committed', () => {
    expect(git('check-ignore', '.env', 'apps/trading/.env', '.env.local')).toHaveLength(3)
    expect(git('ls-files', '--', '.env', '**/.env', '.env.*', '**/.env.*').filter(isSecretFile)).toEqual([])
  })

  violates('TR-10/uncommitted', 'a file that git does not ignore, or has, is seen as such', () => {
    expect(git('check-ignore', 'env.txt')).toEqual([])
    expect(git('ls-files', '--', '.gitignore')).toEqual(['.gitignore'])
    expect(isSecretFile('apps/trading/.env.production')).toBe(true)
  })
})

/** An example without values is meant to be committed. */
function isSecretFile(path: string): boolean {
  return !path.endsWith('.env.example')
}

/** Where the linter sees the environment being read. */
function accesses(...paths: string[]): string[] {
  const bin = join(root, 'node_modules/.bin/oxlint')
  const command = [bin, '--format', 'json', '-c', join(root, '.oxlintrc.json'), ...paths].join(' ')
  const { stdout } = spawnSync('/bin/sh', ['-c', command], { cwd: root, encoding: 'utf8', maxBuffer: 16_777_216 })
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string; message: string }[] }
  return diagnostics
    .filter(
      ({ code, message }) =>
        /no-process-env|no-restricted-(?:properties|imports)/.test(code) && message.includes('process'),
    )
    .map(({ filename }) => filename)
}

function git(...args: string[]): string[] {
  return spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout.split('\n').filter(Boolean)
}
