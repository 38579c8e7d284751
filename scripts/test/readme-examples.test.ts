import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { publishedPackages } from '../packages/published-packages.ts'
import { expectedError, readmeExample } from '../release/readme-example.ts'
import { REPOSITORY, run } from './tree.ts'

const libraries = publishedPackages(REPOSITORY).filter(({ manifest }) => manifest.bin === undefined)

test.for(libraries)('the README of $name opens with an example that runs as it stands', ({ folder }) => {
  const example = readmeExample(readFileSync(join(folder, 'README.md'), 'utf8'))
  const code = expectedError(example)
  const fromSources = ['--conditions=@ringfence/source', '--input-type=module-typescript', '--eval', example]
  const { status, output } = run('node', fromSources, folder)
  rmSync(join(folder, 'orders.db'), { force: true })
  expect({ status, output }).toEqual({
    status: code === undefined ? 0 : 1,
    output: expect.stringContaining(code === undefined ? '' : `code: '${code}'`),
  })
})
