import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const programs = [...readme.matchAll(/^```ts\n(import [^`]*(?:`[^`]+`[^`]*)*?)^```$/gm)].map(([, program]) => program!)

test('there are five more programs than the one at the top, which the repository runs', () => {
  expect(programs).toHaveLength(6)
})

test.each(programs.slice(1).map((program) => [/'@ringfence\/validation\/(\w+)'/.exec(program)?.[1], program] as const))(
  'the example of /%s prints what it says',
  (_, program) => {
    const args = [
      '--conditions=@ringfence/source',
      '--disable-warning=ExperimentalWarning',
      '--input-type=module-typescript',
    ]
    const printed = execFileSync(process.execPath, [...args, '--eval', program], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    })
    const said = [...program.matchAll(/^console\.log\(.*\) \/\/ (.*)$/gm)].map(([, output]) => output)
    expect(printed.trim().split('\n')).toEqual(said)
  },
)
