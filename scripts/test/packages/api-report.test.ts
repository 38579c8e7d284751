import { join } from 'node:path'
import { expect, test } from 'vitest'
import { apiReport, valueExports } from '../../packages/api-report.ts'
import type { PublishedPackage } from '../../packages/published-packages.ts'
import { tree } from '../tree.ts'

const chunk = [
  '/** Not exported, but leaned on. */',
  'interface Options {\n  readonly limit: number\n}',
  '/** A comment that is no promise. */',
  'declare function start(options: Options): void',
  'declare const VERSION = 1',
  'type Unused = string',
  'export { type Options as O, start as s, VERSION as V }',
].join('\n')
const index = "import { s as start, V as VERSION } from './chunk.js'\nexport { start, VERSION }\n"

test('a report holds the exact list of exports and what they lean on, without comments, each declaration once', () => {
  const report = apiReport(built({ 'dist/chunk.d.ts': chunk, 'dist/index.d.ts': index, 'dist/again.d.ts': index }))
  expect(report).toContain('## @ringfence/one\n\nValues: VERSION, start\n\nTypes: none\n')
  expect(report).toContain('function start(options: Options): void')
  expect(report).toContain('// not exported\ninterface Options {\n    readonly limit: number;\n}')
  expect(report).not.toMatch(/comment|Unused/)
  expect(report.match(/function start/g)).toHaveLength(1)
})

test('a name that goes, an option that changes and an export that is added all change the report', () => {
  const before = apiReport(built({ 'dist/chunk.d.ts': chunk, 'dist/index.d.ts': index }))
  const changes = {
    'dist/index.d.ts': index.replace(', VERSION }', ' }'),
    'dist/chunk.d.ts': chunk.replace('limit: number', 'limit?: number'),
  }
  for (const [file, text] of Object.entries(changes)) {
    expect(apiReport(built({ 'dist/chunk.d.ts': chunk, 'dist/index.d.ts': index, [file]: text })), file).not.toBe(
      before,
    )
  }
})

test('types are no values: only what exists at run time can be held against a module', () => {
  const { entries } = built({
    'dist/chunk.d.ts': chunk,
    'dist/index.d.ts': `${index}export type { O } from './chunk.js'\n`,
  })
  expect(valueExports(entries[0]?.types ?? '')).toEqual(['VERSION', 'start'])

  const classes = built({
    'dist/chunk.d.ts': 'declare class Made {}\nexport { Made }\n',
    'dist/index.d.ts': "import { Made } from './chunk.js'\nexport { type Made }\n",
  })
  expect(valueExports(classes.entries[0]?.types ?? '')).toEqual([])
})

function built(files: Readonly<Record<string, string>>): PublishedPackage {
  const folder = tree({ 'package.json': '{"type":"module"}', ...files })
  const entry = (name: string, specifier: string): PublishedPackage['entries'][number] => ({
    specifier,
    file: join(folder, `dist/${name}.js`),
    types: join(folder, `dist/${name}.d.ts`),
  })
  const again = 'dist/again.d.ts' in files ? [entry('again', '@ringfence/one/again')] : []
  const name = '@ringfence/one'
  return { name, folder, manifest: { name, version: '1.0.0' }, entries: [entry('index', name), ...again] }
}
