import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

test('the program of the README that tries out a limit prints what it says', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const program = [...readme.matchAll(/^```ts\n([^`]*)^```$/gm)]
    .map(([, text]) => text!)
    .find((text) => text.includes('shadow: true'))!
  const flags = [
    '--conditions=@ringfence/source',
    '--disable-warning=ExperimentalWarning',
    '--input-type=module-typescript',
  ]
  const printed = execFileSync(process.execPath, [...flags, '--eval', program], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  })
  expect(printed.trim()).toBe(/^console\.log\(.*\) \/\/ (.*)$/m.exec(program)?.[1])
})
