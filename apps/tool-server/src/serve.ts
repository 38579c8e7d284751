import { createEgress } from '@ringfence/egress'
import { stopOnSignal } from '@ringfence/guard/node'
import { type SignedFetch, signedFetch } from '@ringfence/hmac-auth/client'
import { createLogger, failureEvent } from '@ringfence/log-redaction'
import { connectRedis } from '@ringfence/redis'
import type { Secret } from '@ringfence/secret-config'
import type { Logger } from 'pino'
import { appLog } from './app-log.ts'
import { liveSecrets } from './config/live-secrets.ts'
import {
  type OutgoingSecrets,
  outgoingSecrets,
  toolServerConfig,
  type ToolServerConfig,
} from './config/tool-server-config.ts'
import { type App, createApp } from './create-app.ts'
import { egressTo } from './egress-to.ts'
import { type SharedStores, sharedStores } from './shared-stores.ts'
import { fetchUrl, TEXT_TYPES } from './tools/fetch-url.ts'
import { getServerInfo } from './tools/get-server-info.ts'
import type { Tool } from './tools/tool.ts'
import { type TradingGet, tradingTools } from './tools/trading-tools.ts'
import { validatorOf } from './validator-of.ts'

/**
 * The process: configuration, app, signals. Whatever keeps it from starting is one fatal line that says what to mend,
 * and exit code 1. SIGHUP reads again the secrets that can be exchanged while it runs; it also looks by itself now and then.
 */
export async function serve(): Promise<void> {
  let logger = createLogger({ name: 'tool-server' })
  process.once('uncaughtException', (error) => {
    logger.fatal(failureEvent(error, SENTENCES))
    process.exit(1)
  })
  try {
    const config = toolServerConfig()
    const log = appLog(config)
    logger = log.logger
    const secrets = liveSecrets(config, { ...log, read: outgoingSecrets })
    process.on('SIGHUP', () => secrets.reload())
    secrets.watch()
    const redis = await config.REDIS_URL?.use((url) => connectRedis({ url }))
    const shared = redis && config.LOG_FINGERPRINT_KEY.use((key) => sharedStores(redis, key))
    const app = appOf(config, { logger, secrets: secrets.current, ...(shared && { shared }) })
    const close = async (): Promise<void> => {
      await app.close()
      redis?.close()
    }
    stopOnSignal(close, {
      stopped: () => logger.info({ event: 'stopped' }),
      failed: (error) => logger.fatal(failureEvent(error, SENTENCES)),
    })
    await app.listen()
  } catch (error) {
    logger.fatal(failureEvent(error, SENTENCES))
    process.exit(1)
  }
}

/** What an app needs beside its configuration. */
export interface AppContext {
  readonly logger: Logger
  /** As they are now: they can be exchanged while the app runs. */
  readonly secrets: OutgoingSecrets
  /** What it shares with other replicas. */
  readonly shared?: SharedStores
}

/** The app that a configuration describes, with one way out of the process for each purpose. */
export function appOf(config: ToolServerConfig, { logger, secrets, shared }: AppContext): App {
  return createApp({
    host: config.TOOLS_HOST,
    port: config.TOOLS_PORT,
    probePort: config.TOOLS_PROBE_PORT,
    resource: config.TOOLS_RESOURCE,
    issuer: config.TOOLS_OAUTH_ISSUER,
    validator: validatorOf(config, { logger, secrets, revocations: shared?.revocations }),
    tools: toolsOf(config, secrets),
    origins: config.TOOLS_ORIGINS,
    trustedProxies: config.TOOLS_TRUSTED_PROXIES,
    ...(shared !== undefined && { limits: { store: shared.limits } }),
    logger,
  })
}

function toolsOf(config: ToolServerConfig, secrets: OutgoingSecrets): readonly Tool[] {
  const tools: Tool[] = [getServerInfo]
  const { TOOLS_FETCH_ALLOW: hosts, TOOLS_TRADING_SUBJECTS: subjects } = config
  if (hosts.length > 0) {
    const all = hosts.includes('*')
    const egress = createEgress({
      allow: all ? 'public' : hosts,
      contentTypes: TEXT_TYPES,
      maxBytes: 262_144,
      deadlineMs: 8_000,
    })
    tools.push(fetchUrl(egress, all ? '*' : hosts))
  }
  const get = tradingGet(config, secrets)
  if (get !== undefined) tools.push(...tradingTools(get, subjects))
  return tools
}

/** Signed with the server's own read key. */
function tradingGet(config: ToolServerConfig, secrets: OutgoingSecrets): TradingGet | undefined {
  const { TOOLS_TRADING_URL: url, TOOLS_TRADING_KEY_ID: keyId } = config
  if (url === undefined || keyId === undefined) return undefined
  const egress = egressTo([url], ['application/json', 'application/problem+json'])
  const signer = (secret: Secret): SignedFetch =>
    signedFetch({
      keyId,
      secret,
      tag: 'ringfence-trading',
      apiVersion: '1',
      fetch: async (target, { method, headers, signal }) => {
        const init = { method: method ?? 'GET', headers: headers as Record<string, string> }
        const answer = await egress.fetch(target, { ...init, ...(signal instanceof AbortSignal && { signal }) })
        const type = answer.headers.get('content-type') ?? ''
        return new Response(Uint8Array.from(answer.bytes), { status: answer.status, headers: { 'content-type': type } })
      },
    })
  const signers = new WeakMap<Secret, SignedFetch>()
  return async (path, signal) => {
    const secret = secrets.TOOLS_TRADING_KEY_SECRET!
    const send = signers.get(secret) ?? signer(secret)
    signers.set(secret, send)
    const answer = await send(new URL(path, url), { signal })
    return { status: answer.status, bytes: new Uint8Array(await answer.arrayBuffer()) }
  }
}

const SENTENCES: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'TOOLS_PORT or TOOLS_PROBE_PORT is in use, or both are the same: stop the other process or choose another port',
  EADDRNOTAVAIL: 'TOOLS_HOST is not an address of this machine',
  EACCES: 'this user may not listen on TOOLS_PORT or TOOLS_PROBE_PORT',
}
