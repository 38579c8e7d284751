import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifies, violates } from '@ringfence/policy'
import { expect, test } from 'vitest'
import { connectRedis } from '../src/index.ts'
import { freePort } from '../src/testing.ts'
import { testAuthority } from './support/certificates.ts'
import { cleanup, connected, server, works } from './support/harness.ts'

const authority = testAuthority()

/** A redis-server that speaks TLS on a port of its own. */
async function tlsServer(names: readonly string[], ...args: string[]): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'ringfence-redis-'))
  cleanup(() => rmSync(directory, { recursive: true }))
  const { cert, key } = authority.issue(...names)
  const files = { cert, key, ca: authority.ca }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, `${name}.pem`), text)
  const port = await freePort()
  await server({
    directory,
    args: `--tls-port ${port} --tls-auth-clients no --tls-cert-file cert.pem --tls-key-file key.pem --tls-ca-cert-file ca.pem`
      .split(' ')
      .concat(args),
  })
  return `rediss://localhost:${port}`
}

verifies('TR-20/redis', 'a server that speaks no more than TLS 1.2 is refused', async () => {
  const url = await tlsServer(['localhost'], '--tls-protocols', 'TLSv1.2')
  await expect(connectRedis({ url, tls: { ca: authority.ca }, connectMs: 500 })).rejects.toMatchObject({
    code: 'redis_unavailable',
  })
})

violates('TR-20/redis', 'the same server with TLS 1.3 is accepted, so it was the version', async () => {
  const url = await tlsServer(['localhost'], '--tls-protocols', 'TLSv1.3')
  const redis = await connected({ url, tls: { ca: authority.ca } })
  expect(await works(redis)).toBe(true)
})

test('a certificate of an authority that is not known is refused, whatever the environment says', async () => {
  const url = await tlsServer(['localhost'])
  await expect(connectRedis({ url, connectMs: 500 })).rejects.toMatchObject({ code: 'redis_unavailable' })
  await expect(connectRedis({ url, tls: { ca: testAuthority().ca }, connectMs: 500 })).rejects.toMatchObject({
    code: 'redis_unavailable',
  })
})

test('a certificate for another host is refused', async () => {
  const url = await tlsServer(['redis.example'])
  await expect(connectRedis({ url, tls: { ca: authority.ca }, connectMs: 500 })).rejects.toMatchObject({
    code: 'redis_unavailable',
  })
  const named = await connected({ url, tls: { ca: authority.ca, servername: 'redis.example' } })
  expect(await works(named)).toBe(true)
})
