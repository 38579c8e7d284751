import { verifies, violates } from '@ringfence/policy'
import { expect } from 'vitest'
import { envUncommitted } from '../../checks/env-uncommitted.ts'
import { gitTree, REPOSITORY } from '../tree.ts'

verifies('TR-10/uncommitted', 'git ignores .env and holds none', () => {
  expect(envUncommitted(REPOSITORY)).toEqual([])
})

violates('TR-10/uncommitted', 'a committed .env is caught, in any folder and although it is ignored', () => {
  const root = gitTree({
    '.gitignore': '.env\n.env.*\n!.env.example\n',
    '.env.example': '',
    'apps/trading/.env': 'A=1\n',
  })
  expect(envUncommitted(root)).toEqual([expect.stringMatching(/^apps\/trading\/\.env: secrets are committed/)])
})

violates('TR-10/uncommitted', 'a .gitignore that forgets one of its names is caught', () => {
  expect(envUncommitted(gitTree({ '.gitignore': '/.env\n' }))).toEqual([
    '.env.local is not ignored by git',
    'apps/trading/.env is not ignored by git',
    'apps/tool-server/.env is not ignored by git',
  ])
})
