import { readFileSync } from 'node:fs'
import { verifies, violates } from '@ringfence/policy'
import { expect, test } from 'vitest'
import { generateApiKey } from '@ringfence/hmac-auth'
import { freePort } from '@ringfence/redis/testing'
import { type Answer, appFixture, send } from './app-fixture.ts'

const shipped = (name: string): string => readFileSync(new URL(`../deploy/ssh/${name}`, import.meta.url), 'utf8')

/** What is wrong with the lines of an authorized_keys, and with what sshd_config permits beside them. */
function weaknesses(keys: string, config: string): string[] {
  const lines = keys.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const found: string[] = []
  const entries = lines.map((line) => {
    const [, options = ''] = /^(\S+) ssh-ed25519 /.exec(line) ?? []
    const fits = /^restrict,port-forwarding,from="[^"*!]+",permitopen="(127\.\d+\.\d+\.\d+:\d+)"$/.exec(options)
    if (fits === null) found.push('a line gives more, or is bound to less, than one loopback entry from one network')
    return fits?.[1]
  })
  if (new Set(entries).size < entries.length) found.push('two users share an entry')
  const permitted = /^\s+PermitOpen (.*)$/m.exec(config)?.[1]?.split(' ')
  const same = permitted?.length === entries.length && permitted.every((entry) => entries.includes(entry))
  if (!same) found.push('PermitOpen is another list')
  return found
}

test('each line of authorized_keys leads to one loopback entry of its own, from one network, and to nothing else', () => {
  const [keys, config] = [shipped('authorized_keys'), shipped('sshd_config')]
  expect(weaknesses(keys, config)).toEqual([])
  for (const [from, to] of [
    ['restrict,', ''],
    ['port-forwarding,', 'port-forwarding,pty,'],
    [',permitopen="127.0.0.11:7101"', ''],
    ['from="203.0.113.7",', ''],
    ['from="203.0.113.7"', 'from="*"'],
    ['127.0.0.11:7101', '10.0.0.1:7101'],
    ['127.0.0.11:7101', '127.0.0.11:*'],
    ['127.0.0.11:7101', '127.0.0.12:7101'],
  ] as const) {
    expect(keys).toContain(from)
    expect(weaknesses(keys.replace(from, to), config), to).not.toEqual([])
  }
  expect(weaknesses(keys, config.replace('127.0.0.12:7101', 'any'))).not.toEqual([])
})

/** Asks with a key that is pinned to the first entry, through this one. */
async function through(entry: '127.0.0.11' | '127.0.0.12'): Promise<Answer> {
  const port = await freePort()
  const pinned = generateApiKey({ scope: 'read', allow: ['127.0.0.1/32'], entry: [`127.0.0.11:${port}`] })
  const app = await appFixture({ hosts: ['127.0.0.11', '127.0.0.12'], port, keys: [pinned] })
  return send(port, app.sign('GET', '/v1/account', { key: pinned }), '127.0.0.1', undefined, entry)
}

verifies(
  'TR-09/entry',
  'an API key is refused through the entry of another tunnel user, like any wrong signature',
  async () => {
    expect(await through('127.0.0.12')).toMatchObject({ status: 401, json: { code: 'credentials_invalid' } })
  },
)
violates('TR-09/entry', 'through its own entry it is let in', async () => {
  expect(await through('127.0.0.11')).toMatchObject({ status: 200 })
})
