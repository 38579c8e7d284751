import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { verifies, violates } from '@ringfence/policy'
import { expect, test } from 'vitest'
import { gitTree, REPOSITORY, run } from './tree.ts'

const CLAUSES = ['TR-07/code', 'TR-12/scan', 'TS-12/scan', 'TS-22/secrets'] as const

verifies(CLAUSES, 'the repository holds no secret', () => {
  expect(scan(REPOSITORY)).toMatchObject({ status: 0, output: expect.stringMatching(/\d{2,} files, no secret/) })
})

violates(CLAUSES, 'the secret of an API key is found', () => {
  const secret = `rfs_${alphanumeric(49)}`
  expect(scan(gitTree({ 'apps/a.ts': `const key = '${secret}'\n` })).status).toBe(1)
  expect(scan(gitTree({ 'README.md': `RINGFENCE_KEY_SECRET=${secret}\n` })).status).toBe(1)
})

violates(CLAUSES, 'the key of a database, a private key and tokens of other services are found', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  expect(scan(gitTree({ 'start.sh': `TRADING_DB_KEY=${randomBytes(32).toString('hex')}\n` })).status).toBe(1)
  expect(scan(gitTree({ 'key.pem': pem })).status).toBe(1)
  expect(scan(gitTree({ '.npmrc': `//example.test/:_authToken=npm_${alphanumeric(36)}\n` })).status).toBe(1)
})

test('a scan that looked at nothing is no pass', () => {
  const { status, output } = scan(gitTree({}))
  expect(status).toBe(1)
  expect(output).toContain('nothing was scanned')
})

function scan(folder: string): ReturnType<typeof run> {
  return run('node', [join(REPOSITORY, 'scripts/secret-scan.ts'), folder], REPOSITORY)
}

function alphanumeric(length: number): string {
  return randomBytes(length)
    .toString('base64')
    .replace(/[^0-9A-Za-z]/g, 'x')
    .slice(0, length)
}
