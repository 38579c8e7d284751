import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifies, violates } from '@ringfence/policy'
import { expect, onTestFinished } from 'vitest'
import { ensureEnvFile } from '../../src/repository/ensure-env-file.ts'

const PORTS = { trading: 1, tools: 2, oauth: 3 }
const SECRETS = [
  'TRADING_API_KEYS',
  'TRADING_DB_KEY',
  'TRAIL_KEY',
  'LOG_FINGERPRINT_KEY',
  'TOOLS_TRADING_KEY_SECRET',
  'DEV_OAUTH_CLIENT_SECRET',
]

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'ringfence-start-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

function variables(root: string): Map<string, string> {
  const lines = readFileSync(join(root, '.env'), 'utf8').split('\n')
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
}

/** The secrets that two folders share: none, if each start makes its own. */
function shared(a: string, b: string): string[] {
  const [one, other] = [variables(a), variables(b)]
  return SECRETS.filter((name) => one.get(name) === undefined || one.get(name) === other.get(name))
}

verifies('TR-10/generated', 'every first start makes secrets of its own, for its owner only', () => {
  const [first, second] = [folder(), folder()]
  expect([ensureEnvFile(first, PORTS), ensureEnvFile(second, PORTS)]).toEqual([true, true])
  expect(statSync(join(first, '.env')).mode & 0o777).toBe(0o600)
  expect(shared(first, second)).toEqual([])
})

violates('TR-10/generated', 'a start that finds the file of another is noticed by the same comparison', () => {
  const root = folder()
  ensureEnvFile(root, PORTS)
  expect(ensureEnvFile(root, PORTS)).toBe(false)
  expect(shared(root, root)).toEqual(SECRETS)
})
