import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { guards } from '@ringfence/guard'
import { guarded, guardNode } from '@ringfence/guard/node'
import { freePort } from '@ringfence/redis/testing'
import { expect, test } from 'vitest'
import { signedFetch } from '../../src/client.ts'
import { generateApiKey, hmacAuth } from '../../src/index.ts'
import { canonicalEntry } from '../../src/keys/canonical-entry.ts'

test.each([
  ['127.0.0.2:7101', '127.0.0.2:7101'],
  ['::ffff:127.0.0.2:7101', '127.0.0.2:7101'],
  ['[::FFFF:7f00:2]:7101', '127.0.0.2:7101'],
  ['::1:7101', '::1:7101'],
  ['[0:0:0:0:0:0:0:1]:7101', '::1:7101'],
])('%s is %s', (text, canonical) => {
  expect(canonicalEntry(text)).toBe(canonical)
})

test.each(['', ':', ':7101', '127.0.0.1', '127.1:80', '127.0.0.01:80', '[127.0.0.1]:80x', '[::1]', '[::1]:0', '::1:'])(
  '%j is none',
  (text) => {
    expect(canonicalEntry(text)).toBeUndefined()
  },
)

/** What this machine can listen on, and how a client and a key record call it. */
const SERVERS: readonly (readonly [listen: string, host: string])[] = [
  ['127.0.0.1', '127.0.0.1'],
  ...(hasIpv6()
    ? ([
        ['::1', '[::1]'],
        ['::', '127.0.0.1'],
      ] as const)
    : []),
]

test.each(SERVERS)('a server on %s is entered at %s', async (listen, host) => {
  const port = await freePort()
  const send = async (entry: string): Promise<number> => {
    const key = generateApiKey({ scope: 'read', allow: ['127.0.0.1', '::1'], entry: [entry] })
    const auth = hmacAuth({
      keys: [key],
      authorities: [`${host}:${port}`],
      tag: 'test',
      replay: { consume: () => 'fresh' },
    })
    const server = guardNode({ 'GET /': guarded(guards().use(auth), (_ctx, _request, response) => response.end()) })
    server.listen(port, listen)
    await once(server, 'listening')
    const { status } = await signedFetch({ keyId: key.id, secret: key.secret, tag: 'test' })(`http://${host}:${port}/`)
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
    return status
  }
  expect(await send(`${host}:${port}`)).toBe(200)
  expect(await send(`${host}:${port === 1 ? 2 : port - 1}`)).toBe(401)
})

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((all) => all!.some(({ address }) => address === '::1'))
}
