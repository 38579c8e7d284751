import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { environment, isProduction } from '../src/index.ts'

describe('environment', () => {
  test('reads the wanted variables and lists the names of all', () => {
    const variables = { A: '1', B: '2', lower: '3', 'NOT-A-NAME': '4' }
    const { names, values } = environment({ variables }).read(new Set(['A', 'lower']))
    expect(names).toEqual(['A', 'B'])
    expect([...values]).toEqual([['A', { value: '1', source: 'environment' }]])
  })

  test('what was scrubbed reaches neither child processes nor diagnostic reports', () => {
    const value = `planted-${process.pid}-value`
    const script = `
      import { execFileSync } from 'node:child_process'
      import { environment } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
      const source = environment({ scrub: process.argv[1] === 'scrub' })
      source.forget(['PLANTED'])
      console.log(execFileSync('/usr/bin/env', { encoding: 'utf8' }), JSON.stringify(process.report.getReport()))
    `
    const run = (mode: string): string =>
      execFileSync(process.execPath, ['--conditions=@ringfence/source', '--input-type=module', '-e', script, mode], {
        env: { ...process.env, PLANTED: value },
        encoding: 'utf8',
      })
    expect(run('scrub')).not.toContain(value)
    expect(run('keep').split(value).length).toBeGreaterThan(2)
  })

  test('everything but NODE_ENV=development is production', () => {
    expect(isProduction({ NODE_ENV: 'development' })).toBe(false)
    for (const value of [undefined, '', 'production', 'Development', 'dev', 'test']) {
      expect(isProduction({ NODE_ENV: value })).toBe(true)
    }
  })
})
