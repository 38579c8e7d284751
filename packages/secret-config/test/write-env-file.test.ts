import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { envFile, Secret, writeEnvFile } from '../src/index.ts'
import { folder } from './support/folder.ts'

describe('writeEnvFile', () => {
  test('writes a file of its owner that envFile reads back', () => {
    const value = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => !/['\p{Cc}]/u.test(text))
    fc.assert(
      fc.property(value, value, (a, b) => {
        const path = join(folder(), '.env')
        writeEnvFile(path, { A: a, B: new Secret(b) }, ['Development secrets.'])
        const { values, problems } = envFile(path).read(new Set(['A', 'B']))
        expect(problems).toEqual([])
        expect([values.get('A')?.value, values.get('B')?.value]).toEqual([a, b])
      }),
      { numRuns: 30 },
    )
  })

  test('whatever the umask, only the owner can read it', () => {
    const path = join(folder(), '.env')
    const before = process.umask(0)
    try {
      writeEnvFile(path, { A: '1' })
    } finally {
      process.umask(before)
    }
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600')
  })

  test('never replaces a file, and leaves no draft behind', () => {
    const base = folder()
    const path = join(base, '.env')
    writeFileSync(path, 'KEEP=me\n')
    expect(() => writeEnvFile(path, { A: '1' })).toThrow(/already exists/)
    expect(readFileSync(path, 'utf8')).toBe('KEEP=me\n')
    expect(readdirSync(base)).toEqual(['.env'])
  })

  test('a disk that fills up halfway leaves no file', () => {
    const place = folder()
    const module = new URL('../src/write-env-file.ts', import.meta.url).href
    const code = `import { writeEnvFile } from '${module}'; writeEnvFile('.env', { A: 'x'.repeat(5_000) })`
    // No file may grow over a block: what is over it is cut off, and only the next write fails.
    const limited = ['-c', 'ulimit -f 1; exec "$@"', 'sh', process.execPath, '--conditions=@ringfence/source']
    const { status, stderr } = spawnSync('sh', [...limited, '--input-type=module', '-e', code], {
      cwd: place,
      env: {},
      encoding: 'utf8',
    })
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('.env cannot be written') })
    expect(readdirSync(place)).toEqual([])
  })

  test('refuses what a .env file cannot say, without repeating it', () => {
    const path = join(folder(), '.env')
    expect(() => writeEnvFile(path, { A: "it's" })).toThrow(
      /^writeEnvFile: A cannot be written as a line of a .env file$/,
    )
    expect(() => writeEnvFile(path, { A: 'x\nB=1' })).toThrow(/cannot be written/)
    expect(() => writeEnvFile(path, { 'A=1\nB': 'x' })).toThrow(/cannot be written/)
    expect(() => writeEnvFile(path, { A: '1' }, ['x\nB=2'])).toThrow(/comment/)
    expect(() => writeEnvFile(join(path, 'nowhere', '.env'), { A: '1' })).toThrow(/cannot be written/)
  })
})
