import { join } from 'node:path'
import { expect, test } from 'vitest'
import { externalImports, packageOf } from '../../packages/external-imports.ts'
import { tree } from '../tree.ts'

test('imports of built code are found, through its chunks, in every form that esbuild writes', () => {
  const root = tree({
    'index.js': 'import {\n  a,\n  b\n} from "one";\nimport "./chunk.js";\nimport two from "@two/two/sub";\n',
    'chunk.js': 'import "three";\nexport { c } from "four";\nconst d = await import("five");\nimport "./index.js";\n',
  })
  expect([...externalImports(join(root, 'index.js'))].toSorted()).toEqual([
    '@two/two/sub',
    'five',
    'four',
    'one',
    'three',
  ])
  expect(['@two/two/sub', '@two/two', 'one/sub', 'one'].map(packageOf)).toEqual(['@two/two', '@two/two', 'one', 'one'])
})

test('and those of declarations, which may name what the code beside them does not', () => {
  const root = tree({
    'index.js': 'import "one";\n',
    'index.d.ts': "import { A } from 'framework';\nexport { B } from './chunk.js';\nexport type C = import('two').C;\n",
    'chunk.d.ts': "import * as three from 'three';\n",
  })
  expect([...externalImports(join(root, 'index.d.ts'))].toSorted()).toEqual(['framework', 'three', 'two'])
})
