import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ApiKeyRecord, type GeneratedApiKey, generateApiKey, type KeyRing, keyRing } from '@ringfence/hmac-auth'
import { signedFetch } from '@ringfence/hmac-auth/client'
import { verifies, violates } from '@ringfence/policy'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type AppFixture, appFixture, send } from '../app-fixture.ts'
import { limitOrder } from '../desk-fixture.ts'
import { acceptsSignatures, developmentSettings, listening, start, until } from '../process-fixture.ts'

/** docs/key-rotation.md, step by step, on the real program. */
test('a secret is rotated while the app runs: overlap, last use, deadline, rollback', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trading-rotation-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const old = { ...generateApiKey({ scope: 'read', allow: ['127.0.0.1'] }), label: 'desk 7' }
  const fresh = generateApiKey({ scope: 'read', allow: ['127.0.0.1'] })
  const file = join(folder, 'keys.json')
  const write = (text: string): void => {
    writeFileSync(`${file}.new`, text, { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }
  const { TRADING_API_KEYS, ...settings } = await developmentSettings(folder, [old])
  write(TRADING_API_KEYS!)
  const app = await listening(start(folder, { ...settings, TRADING_API_KEYS_FILE: file }))
  onTestFinished(() => void app.child.kill('SIGKILL'))
  const reload = async (text: string): Promise<Record<string, unknown>[]> => {
    const seen = app.lines.length
    write(text)
    app.child.kill('SIGHUP')
    await until(() => app.lines.slice(seen).some(({ event }) => /^key\.use|refused$/.test(String(event))))
    return app.lines.slice(seen).filter(({ event }) => String(event).startsWith('key'))
  }
  const client = ({ secret }: GeneratedApiKey): ReturnType<typeof signedFetch> =>
    signedFetch({ keyId: old.id, secret, tag: 'ringfence-trading' })
  const status = async (key: GeneratedApiKey): Promise<number> => (await client(key)(`${app.url}/v1/account`)).status
  await acceptsSignatures(client(old), app.url)
  expect(await status(fresh)).toBe(401)

  const deadline = new Date(Date.now() + 4_000).toISOString()
  const both = { ...old, secret: fresh.secret, previous: { secret: old.secret, notAfter: deadline } }
  const used = { event: 'key.use', keyId: old.id, label: 'desk 7', scope: 'read', lastUsed: expect.any(String) }
  expect(await reload(JSON.stringify([both]))).toMatchObject([
    { event: 'keys.reloaded', count: 1, added: 0, removed: 0 },
    { ...used, previousLastUsed: expect.any(String) },
  ])
  expect([await status(old), await status(fresh)]).toEqual([200, 200])

  expect(await reload(JSON.stringify([both]).slice(0, -9))).toMatchObject([
    { event: 'keys.reload_refused', level: 50, code: 'config_invalid', problems: [expect.any(String)] },
  ])
  expect(await status(fresh)).toBe(200)

  await until(() => Date.now() >= Date.parse(deadline))
  expect([await status(old), await status(fresh)]).toEqual([401, 200])
  expect(app.lines).toContainEqual(expect.objectContaining({ event: 'request.denied', internal: expect.anything() }))

  const after = await reload(JSON.stringify([{ ...old, secret: fresh.secret }]))
  expect(after).toMatchObject([{ event: 'keys.reloaded' }, used])
  expect(after[1]).not.toHaveProperty('previousLastUsed')
  await reload(JSON.stringify([old])) // back to where it was
  expect([await status(old), await status(fresh)]).toEqual([200, 401])

  app.child.kill('SIGTERM')
  expect(await app.ended).toBe(0)
  for (const { secret } of [old, fresh]) expect(app.text() + app.stderr.join('')).not.toContain(secret.slice(4, 30))
})

test('no request is dropped while keys are exchanged, whole or with its body on the way', async () => {
  const trade = generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] })
  const others = Array.from({ length: 50 }, () => generateApiKey({ scope: 'read', allow: ['127.0.0.1'] }))
  const ring = keyRing([trade])
  const app = await appFixture({ keys: ring, limits: { endpoint: 10_000, key: 10_000, address: 10_000 } })
  const session = (await app.call('POST', '/v1/sessions', { key: trade })).json.sessionId as string
  const timer = setInterval(() => ring.replace([trade, ...others.slice(0, Math.random() * 50)]), 1)
  onTestFinished(() => clearInterval(timer))
  const statuses = await Promise.all([
    ...Array.from(
      { length: 300 },
      async () => (await app.call('GET', '/v1/sessions/current', { key: trade, session })).status,
    ),
    ...Array.from({ length: 20 }, async (_, i) => {
      const body = limitOrder({ limitPrice: `${58_000 + i}` })
      return (
        await send(app.port, app.sign('POST', '/v1/orders', { key: trade, session, body }), undefined, () => undefined)
      ).status
    }),
  ])
  expect(statuses.filter((status) => status !== 200 && status !== 201)).toEqual([])
})

describe('a rotation, by the documented steps', () => {
  /** Does a request signed with each of these secrets get in now? */
  type Ask = (...secrets: string[]) => Promise<boolean[]>

  /** A running app whose key has been rotated an hour before the deadline, or whose secret was just replaced. */
  const rotated = async (
    overlap: boolean,
  ): Promise<{ old: ApiKeyRecord; fresh: ApiKeyRecord; ring: KeyRing; app: AppFixture; ask: Ask }> => {
    const first = generateApiKey({ scope: 'read', allow: ['127.0.0.1'] })
    const { secret } = generateApiKey({ scope: 'read', allow: ['127.0.0.1'] })
    const ring = keyRing([first])
    const app = await appFixture({ keys: ring })
    const previous = { secret: first.secret, notAfter: new Date(app.clock.time + HOUR_MS).toISOString() }
    const fresh = { ...first, secret, ...(overlap && { previous }) }
    ring.replace([fresh])
    const ask: Ask = async (...secrets) => {
      const answers = secrets.map(async (one) => app.call('GET', '/v1/account', { key: { ...first, secret: one } }))
      return (await Promise.all(answers)).map(({ status }) => status === 200)
    }
    return { old: first, fresh, ring, app, ask }
  }
  const secretOf = ({ secret }: ApiKeyRecord): string => String(secret)

  verifies(
    'TS-14/overlap',
    'both secrets get in until the deadline, to the millisecond; then the new one',
    async () => {
      const { old, fresh, app, ask } = await rotated(true)
      expect(await ask(secretOf(old), secretOf(fresh))).toEqual([true, true])
      app.clock.time += HOUR_MS - 1
      expect(await ask(secretOf(old), secretOf(fresh))).toEqual([true, true])
      app.clock.time += 1
      expect(await ask(secretOf(old), secretOf(fresh))).toEqual([false, true])
    },
  )
  violates('TS-14/overlap', 'a secret that is only replaced locks its users out', async () => {
    const { old, fresh, ask } = await rotated(false)
    expect(await ask(secretOf(old), secretOf(fresh))).toEqual([false, true])
  })

  verifies(
    'TS-14/rollback',
    'secret and previous are exchanged: nobody is locked out, and the old one stays',
    async () => {
      const { old, fresh, ring, app, ask } = await rotated(true)
      ring.replace([{ ...fresh, secret: old.secret, previous: { ...fresh.previous!, secret: fresh.secret } }])
      expect(await ask(secretOf(old), secretOf(fresh))).toEqual([true, true])
      app.clock.time += HOUR_MS
      expect(await ask(secretOf(old), secretOf(fresh))).toEqual([true, false])
    },
  )
  violates('TS-14/rollback', 'putting the old record back locks those out who have moved', async () => {
    const { old, fresh, ring, ask } = await rotated(true)
    ring.replace([old])
    expect(await ask(secretOf(old), secretOf(fresh))).toEqual([true, false])
  })
})

const HOUR_MS = 3_600_000
