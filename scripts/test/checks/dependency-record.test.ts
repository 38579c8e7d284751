import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { verifies, violates } from '@ringfence/policy'
import { expect } from 'vitest'
import { dependencyRecord } from '../../checks/dependency-record.ts'
import { REPOSITORY, tree } from '../tree.ts'

verifies(['TR-25', 'TS-21/review'], 'every direct dependency was reviewed at its locked version', () => {
  expect(dependencyRecord(REPOSITORY)).toEqual([])
})

violates(['TR-25', 'TS-21/review'], 'a dependency nobody reviewed is caught', () => {
  const root = changed({
    'package.json': (text) => text.replace('"devDependencies": {', '"devDependencies": {\n"left-pad": "1.3.0",'),
  })
  expect(dependencyRecord(root)).toEqual([
    'docs/dependencies.json: left-pad was never reviewed',
    'pnpm-lock.yaml does not hold left-pad@1.3.0: run pnpm install',
  ])
})

violates(['TR-25', 'TS-21/review'], 'another version than the reviewed one is caught', () => {
  const root = changed({ 'pnpm-workspace.yaml': (text) => text.replace(/^ {2}knip: .*$/m, '  knip: 99.0.0') })
  expect(dependencyRecord(root)).toEqual([
    expect.stringMatching(/knip 99\.0\.0 was not reviewed, only \d/),
    'pnpm-lock.yaml does not hold knip@99.0.0: run pnpm install',
  ])
})

violates(['TR-25', 'TS-21/review'], 'an empty review is caught, and one of a dependency that is gone', () => {
  const root = changed({
    'docs/dependencies.json': (text) => {
      const record = JSON.parse(text) as Record<string, object>
      return JSON.stringify({ ...record, knip: { ...record['knip'], review: 'ok' }, 'left-pad': record['knip'] })
    },
  })
  expect(dependencyRecord(root)).toEqual([
    expect.stringContaining('the review of knip is incomplete'),
    'docs/dependencies.json: left-pad is no direct dependency any more',
  ])
})

/** The root's own dependencies, with some of the files changed. */
function changed(changes: Readonly<Record<string, (text: string) => string>>): string {
  const files = ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', 'docs/dependencies.json']
  const texts = files.map((file) => [file, readFileSync(join(REPOSITORY, file), 'utf8')] as const)
  const rootOnly = (file: string, text: string): string => (file.startsWith('docs/') ? onlyOfRoot(text) : text)
  return tree(Object.fromEntries(texts.map(([file, text]) => [file, (changes[file] ?? String)(rootOnly(file, text))])))
}

function onlyOfRoot(record: string): string {
  const manifest = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as Record<string, object>
  const own = { ...manifest['devDependencies'], ...manifest['optionalDependencies'] }
  const entries = Object.entries(JSON.parse(record) as Record<string, unknown>)
  return JSON.stringify(Object.fromEntries(entries.filter(([name]) => name in own)))
}
