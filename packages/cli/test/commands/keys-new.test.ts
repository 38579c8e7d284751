import { keyRing, parseApiKey } from '@ringfence/hmac-auth'
import { describe, expect, test } from 'vitest'
import { type Run, runHere } from '../support/ringfence.ts'

const run = async (...args: string[]): Promise<Run> => runHere(['keys', 'new', ...args])

describe('keys new', () => {
  test('prints a record that a server takes, and nothing else on standard output', async () => {
    const { code, out, err } = await run(
      '--scope',
      'trade',
      '--label',
      'desk',
      '--allow',
      '10.8.0.0/24',
      '--entry',
      '127.0.0.2:7101',
      '--not-after',
      '2027-01-31T00:00:00Z',
    )
    const record = JSON.parse(out) as { id: string; secret: string }
    expect(code).toBe(0)
    expect(record).toMatchObject({
      scope: 'trade',
      label: 'desk',
      allow: ['10.8.0.0/24'],
      entry: ['127.0.0.2:7101'],
      notAfter: '2027-01-31T00:00:00Z',
    })
    expect([parseApiKey(record.id).kind, parseApiKey(record.secret).kind]).toEqual(['id', 'secret'])
    expect(() => keyRing([record as never])).not.toThrow()
    expect(err).toContain('the only time')
    expect(err).not.toContain(record.secret)
  })

  test('is silent but for the record when a script asks, and never makes the same key twice', async () => {
    const runs = await Promise.all([run('--scope', 'read', '--json'), run('--scope', 'read', '--output', 'json')])
    expect(runs.map(({ err }) => err)).toEqual(['', ''])
    const secrets = runs.map(({ out }) => (JSON.parse(out) as { secret: string }).secret)
    expect(new Set(secrets).size).toBe(2)
    expect(JSON.parse(runs[0].out)).toMatchObject({ allow: ['127.0.0.1/32', '::1/128'] })
  })

  test('a record that a server would refuse is refused here, with exit code 1', async () => {
    const { code, out, err } = await run('--scope', 'read', '--allow', '10.8.0.1/24')
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain('allow')
  })
})
