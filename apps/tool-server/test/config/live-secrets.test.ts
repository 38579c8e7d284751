import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger, createRedactor } from '@ringfence/log-redaction'
import { verifies, violates } from '@ringfence/policy'
import { environment } from '@ringfence/secret-config'
import { expect, onTestFinished, test, vi } from 'vitest'
import { liveSecrets, type LiveSecrets } from '../../src/config/live-secrets.ts'
import { outgoingSecrets, toolServerConfig, type OutgoingSecrets } from '../../src/config/tool-server-config.ts'
import { validatorOf } from '../../src/validator-of.ts'

const INTROSPECTION = 'TOOLS_INTROSPECTION_CLIENT_SECRET'
const TRADING = 'TOOLS_TRADING_KEY_SECRET'

verifies('TS-11/reload', 'mounted files that kubelet has swapped are read again, whole', () => {
  expect(readings(outgoingSecrets)).toEqual([
    ['A', 'A'],
    ['B', 'B'],
  ])
})
violates('TS-11/reload', 'files that are read once', () => {
  let first: OutgoingSecrets | undefined
  expect(readings((...from) => (first ??= outgoingSecrets(...from)))).toEqual([
    ['A', 'A'],
    ['A', 'A'],
  ])
})

verifies('TS-14/reload', 'the next request to the issuer after a rotation shows the new secret', async () => {
  expect(await shownToIssuer((secrets) => secrets.reload())).toEqual(['old', 'new'])
})
violates('TS-14/reload', 'a process that is not told shows the old one', async () => {
  expect(await shownToIssuer(() => {})).toEqual(['old', 'old'])
})

test('a rotation that goes wrong changes nothing, says what is wrong, and repeats no value', () => {
  const { secrets, log, mount } = mounted()
  const before = { ...secrets.current }
  const broken = `rfs_${'x'.repeat(7)}`
  mount({ [INTROSPECTION]: secretOf('B'), [TRADING]: broken })
  secrets.reload()
  expect(secrets.current).toEqual(before)
  expect(log.map((line) => JSON.parse(line) as object)).toMatchObject([
    {
      event: 'secrets.reload_refused',
      code: 'config_invalid',
      problems: expect.arrayContaining([expect.stringContaining(TRADING)]),
    },
  ])
  expect(log.join('')).not.toContain(broken)
  mount({ [INTROSPECTION]: secretOf('B'), [TRADING]: tradingSecret('B') })
  secrets.reload()
  expect(JSON.parse(log[1]!)).toMatchObject({ event: 'secrets.reloaded', changed: [INTROSPECTION, TRADING] })
})

test('the file put back is the secret put back', () => {
  const { secrets, log, mount } = mounted()
  for (const name of ['B', 'A']) {
    mount({ [INTROSPECTION]: secretOf(name), [TRADING]: tradingSecret(name) })
    secrets.reload()
    expect(secrets.current[INTROSPECTION]!.use(letterOf)).toBe(name)
  }
  expect(log).toHaveLength(2)
})

test('the log cannot print a secret that came later', () => {
  const { secrets, log, logger, mount } = mounted()
  const later = randomBytes(24).toString('hex')
  mount({ [INTROSPECTION]: later, [TRADING]: tradingSecret('A') })
  logger.info(`before ${later.slice(0, 5)}`)
  secrets.reload()
  logger.info(`now ${later}`)
  expect(log.at(-1)).not.toContain(later)
})

test('without a signal files are looked at each minute, without a word while they stay as they are', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const { secrets, log, mount } = mounted()
  secrets.watch()
  vi.advanceTimersByTime(300_000)
  expect(log).toEqual([])
  mount({ [INTROSPECTION]: secretOf('A'), [TRADING]: tradingSecret('B') })
  vi.advanceTimersByTime(60_000)
  expect(log.map((line) => JSON.parse(line) as object)).toMatchObject([
    { event: 'secrets.reloaded', changed: [TRADING] },
  ])
})

interface Mounted {
  readonly secrets: LiveSecrets
  readonly log: string[]
  readonly logger: ReturnType<typeof createLogger>
  readonly variables: Record<string, string>
  readonly mount: (values: Readonly<Record<string, string>>) => void
}

/** Secrets as kubelet mounts them: each name leads through `..data` to the generation of now. */
function mounted(): Mounted {
  const folder = mkdtempSync(join(tmpdir(), 'tools-secrets-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  let generation = 0
  const mount = (values: Readonly<Record<string, string>>): void => {
    const name = `..${++generation}`
    mkdirSync(join(folder, name))
    for (const [key, value] of Object.entries(values))
      writeFileSync(join(folder, name, key), `${value}\n`, { mode: 0o600 })
    symlinkSync(name, join(folder, '..data_tmp'))
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'))
  }
  mount({ [INTROSPECTION]: secretOf('A'), [TRADING]: tradingSecret('A') })
  const names = [INTROSPECTION, TRADING]
  for (const name of names) symlinkSync(`..data/${name}`, join(folder, name))
  const variables = Object.fromEntries(names.map((name) => [`${name}_FILE`, join(folder, name)]))
  const log: string[] = []
  const redactor = createRedactor()
  const logger = createLogger({ name: 'test', redactor, destination: { write: (line) => void log.push(line) } })
  const read = (): OutgoingSecrets => outgoingSecrets(true, [environment({ variables })])
  return { secrets: liveSecrets(read(), { redactor, logger, read }), log, logger, variables, mount }
}

/** Which generation both secrets are of, before and after a swap. */
function readings(read: typeof outgoingSecrets): string[][] {
  const { variables, mount } = mounted()
  const both = (): string[] => {
    const found = read(true, [environment({ variables })])
    return [found[INTROSPECTION]!.use(letterOf), found[TRADING]!.use(letterOf)]
  }
  const before = both()
  mount({ [INTROSPECTION]: secretOf('B'), [TRADING]: tradingSecret('B') })
  return [before, both()]
}

/** The secret in the credentials that a real endpoint gets, before and after the file was exchanged. */
async function shownToIssuer(afterwards: (secrets: LiveSecrets) => void): Promise<string[]> {
  const shown: string[] = []
  const issuer = createServer((request, response) => {
    const [, basic = ''] = (request.headers.authorization ?? '').split(' ')
    shown.push(letterOf(Buffer.from(basic, 'base64').toString().split(':')[1]!) === 'A' ? 'old' : 'new')
    response.setHeader('content-type', 'application/json').end('{"active":false}')
  }).listen(0, '127.0.0.1')
  await once(issuer, 'listening')
  onTestFinished(() => {
    issuer.close()
    issuer.closeAllConnections()
  })
  const origin = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`
  const { secrets, variables, logger, mount } = mounted()
  const config = toolServerConfig(false, [
    environment({
      variables: {
        ...variables,
        TOOLS_RESOURCE: 'https://tools.example/mcp',
        TOOLS_OAUTH_ISSUER: origin,
        TOOLS_INTROSPECTION_URL: `${origin}/introspect`,
        TOOLS_INTROSPECTION_CLIENT_ID: 'tools',
        TOOLS_TRADING_URL: origin,
        TOOLS_TRADING_KEY_ID: 'rfk_test',
        LOG_FINGERPRINT_KEY: randomBytes(32).toString('hex'),
      },
    }),
  ])
  const validator = validatorOf(config, { logger, secrets: secrets.current })
  onTestFinished(() => validator.close())
  await validator.validate('one-opaque-token')
  mount({ [INTROSPECTION]: secretOf('B'), [TRADING]: tradingSecret('B') })
  afterwards(secrets)
  await validator.validate('another-opaque-token')
  return shown
}

/** A sample whose letter tells which it is. */
function secretOf(letter: string): string {
  return `${letter}${SAMPLE}`
}

function tradingSecret(letter: string): string {
  return `rfs_${letter}${SAMPLE}`
}

function letterOf(secret: string): string {
  return secret.replace('rfs_', '')[0]!
}

const SAMPLE = randomBytes(24).toString('hex')
