import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateApiKey } from '@ringfence/hmac-auth'
import { signedFetch } from '@ringfence/hmac-auth/client'
import { createLogger } from '@ringfence/log-redaction'
import { expect, onTestFinished, test } from 'vitest'
import { environment } from '@ringfence/secret-config'
import { ownLimits } from '../../src/config/trading-config.ts'
import { keyLimits } from '../../src/keys/key-limits.ts'
import { acceptsSignatures, developmentSettings, listening, start, until } from '../process-fixture.ts'

const logger = createLogger({ name: 'test', level: 'silent' })

test('the limit of a key is exchanged while the program runs; a wrong one changes nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trading-limits-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const key = generateApiKey({ scope: 'read', allow: ['127.0.0.1'] })
  const file = join(folder, 'limits.json')
  const write = (text: string): void => {
    writeFileSync(`${file}.new`, text, { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }
  write(JSON.stringify({ [key.id]: 1 }))
  const settings = await developmentSettings(folder, [key])
  const app = await listening(start(folder, { ...settings, TRADING_KEY_LIMITS_FILE: file }))
  onTestFinished(() => void app.child.kill('SIGKILL'))
  const client = signedFetch({ keyId: key.id, secret: key.secret, tag: 'ringfence-trading' })
  await acceptsSignatures(client, app.url)
  const policyOf = async (): Promise<string | null> => {
    const answer = await client(`${app.url}/v1/instruments`)
    return answer.headers.get('ratelimit-policy')
  }
  const reload = async (text: string): Promise<unknown> => {
    const seen = app.lines.length
    write(text)
    app.child.kill('SIGHUP')
    const told = (): unknown => app.lines.slice(seen).find(({ event }) => String(event).startsWith('limits.'))
    await until(() => told() !== undefined)
    return told()
  }
  expect(await policyOf()).toContain('"key";q=1;w=1')
  expect(await reload(JSON.stringify({ [key.id]: 3 }))).toMatchObject({ event: 'limits.reloaded', count: 1 })
  expect(await policyOf()).toContain('"key";q=3;w=1')
  expect(await reload(JSON.stringify({ [key.id]: 11 }))).toMatchObject({ event: 'limits.reload_refused', level: 50 })
  expect(await policyOf()).toContain('"key";q=3;w=1')
}, 20_000)

test('limits that cannot be read leave those that hold', () => {
  let limits: Record<string, number> | undefined = { rfk_a: 2 }
  const own = keyLimits(limits, {
    logger,
    read: () => {
      if (limits === undefined) throw new Error('unreadable')
      return limits
    },
  })
  limits = undefined
  own.reload()
  expect([own.of('rfk_a'), own.of('rfk_b')]).toEqual([2, undefined])
  limits = { rfk_b: 3 }
  own.reload()
  expect([own.of('rfk_a'), own.of('rfk_b')]).toEqual([undefined, 3])
})

test.each(['[]', '{"rfk_a":0}', '{"rfk_a":1.5}', '{"rfk_a":11}', '{"nobody":1}', '{'])('%s is refused', (text) => {
  expect(() => ownLimits(false, [environment({ variables: { TRADING_KEY_LIMITS: text } })])).toThrow(
    expect.objectContaining({ code: 'config_invalid' }),
  )
})
