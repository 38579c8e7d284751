import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { verifies, violates } from '@ringfence/policy'
import { envFile } from '../src/index.ts'
import { folder } from './support/folder.ts'

function written(content: string, mode: number): string {
  const path = join(folder(), '.env')
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

describe('envFile', () => {
  verifies('TR-10/mode', 'a file that others can read is refused', () => {
    for (const mode of [0o640, 0o604, 0o644, 0o660, 0o620, 0o601]) {
      const { problems, values } = envFile(written('A=1\n', mode)).read(new Set(['A']))
      expect(problems, mode.toString(8)).toMatchObject([{ rule: 'file_exposed' }])
      expect(values.size).toBe(0)
    }
  })

  violates('TR-10/mode', 'its owner alone may read it', () => {
    for (const mode of [0o600, 0o400]) {
      const { problems, values } = envFile(written('A=1\n', mode)).read(new Set(['A']))
      expect(problems, mode.toString(8)).toEqual([])
      expect(values.get('A')).toEqual({ value: '1', source: '.env:1' })
    }
  })

  test('the mode of what a link leads to counts', () => {
    const target = written('A=1\n', 0o644)
    const link = join(folder(), '.env')
    symlinkSync(target, link)
    expect(envFile(link).read(new Set(['A'])).problems).toMatchObject([{ rule: 'file_exposed' }])
  })

  test('a missing file holds nothing; a broken link and a folder are problems', () => {
    const base = folder()
    expect(envFile(join(base, '.env')).read(new Set())).toMatchObject({ present: false, problems: [] })
    symlinkSync(join(base, 'nowhere'), join(base, 'broken'))
    mkdirSync(join(base, 'folder'))
    expect(envFile(join(base, 'broken')).read(new Set()).problems).toMatchObject([{ rule: 'file_unreadable' }])
    expect(envFile(join(base, 'folder')).read(new Set()).problems).toMatchObject([{ rule: 'file_not_regular' }])
  })

  test('only wanted values leave the source, but every name', () => {
    const { names, values } = envFile(written('A=1\nB=2\n', 0o600)).read(new Set(['A']))
    expect(names).toEqual(['A', 'B'])
    expect([...values.keys()]).toEqual(['A'])
  })
})
