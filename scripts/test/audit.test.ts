import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { verifies, violates } from '@ringfence/policy'
import { expect, onTestFinished } from 'vitest'
import { REPOSITORY } from './tree.ts'

const CLAUSES = ['TR-23/ci', 'TS-21/scan', 'TS-23/scan'] as const
const ADVISORY = {
  id: 1,
  url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
  title: 'a planted advisory',
  severity: 'high',
  vulnerable_versions: '>=5.0.0',
}

verifies(CLAUSES, 'a registry that knows no advisory makes the scan pass', async () => {
  expect(await audit(await registry({}))).toEqual({ status: 0, output: expect.stringContaining('checked, 0 findings') })
})

violates(CLAUSES, 'an advisory about a dependency fails the scan', async () => {
  const { status, output } = await audit(await registry({ fastify: [ADVISORY] }))
  expect(output).toContain('GHSA-aaaa-bbbb-cccc (high) in fastify: a planted advisory')
  expect(status).toBe(1)
})

violates(
  CLAUSES,
  'a registry that does not answer is never a pass: it says NOT CHECKED, and fails where it must know',
  async () => {
    const silent = await registry(undefined)
    expect(await audit(silent)).toEqual({ status: 0, output: expect.stringContaining('NOT CHECKED') })
    expect(await audit(silent, '--required')).toEqual({ status: 1, output: expect.stringContaining('NOT CHECKED') })
  },
)

/** A registry on loopback that answers advisories requests with this, or with an error. */
async function registry(advisories: object | undefined): Promise<string> {
  const server = createServer((request, response) => {
    const known = advisories !== undefined && request.url?.endsWith('/advisories/bulk') === true
    response.writeHead(known ? 200 : 405, { 'content-type': 'application/json' })
    response.end(JSON.stringify(known ? advisories : {}))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

async function audit(registryUrl: string, ...options: string[]): Promise<{ status: unknown; output: string }> {
  const env = { ...process.env, pnpm_config_registry: registryUrl }
  const child = spawn('node', [join(REPOSITORY, 'scripts/audit.ts'), ...options], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { status: status as unknown, output: stdout + stderr }
}
