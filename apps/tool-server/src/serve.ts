import { createEgress, type Egress } from '@ringfence/egress'
import { signedFetch } from '@ringfence/hmac-auth/client'
import { createLogger, failureEvent } from '@ringfence/log-redaction'
import {
  createTokenValidator,
  type IntrospectionOptions,
  type RevocationStore,
  type TokenValidator,
} from '@ringfence/oauth-auth'
import { connectRedis, type Redis } from '@ringfence/redis'
import type { Logger } from 'pino'
import { toolServerConfig, type ToolServerConfig } from './config/tool-server-config.ts'
import { type App, createApp } from './create-app.ts'
import { type SharedStores, sharedStores } from './shared-stores.ts'
import { fetchUrl, TEXT_TYPES } from './tools/fetch-url.ts'
import { getServerInfo } from './tools/get-server-info.ts'
import { SCOPE_HIERARCHY } from './tools/scope-hierarchy.ts'
import type { Tool } from './tools/tool.ts'
import { type TradingGet, tradingTools } from './tools/trading-tools.ts'

/**
 * The process: configuration, app, signals. Whatever keeps it from starting is one fatal line that says what to mend,
 * and exit code 1.
 */
export async function serve(): Promise<void> {
  let logger = createLogger({ name: 'tool-server' })
  process.once('uncaughtException', (error) => {
    logger.fatal(failureEvent(error, SENTENCES))
    process.exit(1)
  })
  try {
    const config = toolServerConfig()
    logger = loggerOf(config)
    const redis = await config.REDIS_URL?.use((url) => connectRedis({ url }))
    const shared = redis && config.LOG_FINGERPRINT_KEY.use((key) => sharedStores(redis, key))
    const app = appOf(config, logger, shared)
    stopOnSignal(app, redis, logger)
    await app.listen()
  } catch (error) {
    logger.fatal(failureEvent(error, SENTENCES))
    process.exit(1)
  }
}

/**
 * The app that a configuration describes, with one way out of the process for each purpose.
 *
 * @param shared what it shares with other replicas
 */
export function appOf(config: ToolServerConfig, logger: Logger, shared?: SharedStores): App {
  return createApp({
    host: config.TOOLS_HOST,
    port: config.TOOLS_PORT,
    probePort: config.TOOLS_PROBE_PORT,
    resource: config.TOOLS_RESOURCE,
    issuer: config.TOOLS_OAUTH_ISSUER,
    validator: validatorOf(config, logger, shared?.revocations),
    tools: toolsOf(config),
    origins: config.TOOLS_ORIGINS,
    trustedProxies: config.TOOLS_TRUSTED_PROXIES,
    ...(shared !== undefined && { limits: { store: shared.limits } }),
    logger,
  })
}

function loggerOf(config: ToolServerConfig): Logger {
  const { LOG_FINGERPRINT_KEY: key, TOOLS_TRADING_KEY_SECRET: trading, REDIS_URL: redis } = config
  const secrets = [key, trading, config.TOOLS_INTROSPECTION_CLIENT_SECRET, redis]
  return createLogger({
    name: 'tool-server',
    secrets: secrets.filter((one) => one !== undefined),
    fingerprintKey: { key, keyId: 'k1' },
  })
}

function validatorOf(
  config: ToolServerConfig,
  logger: Logger,
  revocations: RevocationStore | undefined,
): TokenValidator {
  const { TOOLS_OAUTH_ISSUER: issuer, TOOLS_OAUTH_JWKS_URI: jwksUri, TOOLS_RESOURCE: audience } = config
  const introspection = introspectionOf(config)
  const egress = egressTo(
    [issuer, jwksUri, introspection?.url].filter((url) => url !== undefined),
    ['application/json', 'application/jwk-set+json'],
  )
  return config.LOG_FINGERPRINT_KEY.use((key) =>
    createTokenValidator({
      issuer,
      audience,
      ...(jwksUri !== undefined && { jwksUri }),
      ...(introspection !== undefined && { introspection }),
      ...(revocations !== undefined && { revocations }),
      scopeHierarchy: SCOPE_HIERARCHY,
      fetch: (url, init) => egress.fetch(url, init),
      fingerprintKey: { key: Buffer.from(key), keyId: 'k1' },
      onEvent: (event) => logger.info({ event: 'oauth.keys', ...event }),
    }),
  )
}

function introspectionOf(config: ToolServerConfig): IntrospectionOptions | undefined {
  const { TOOLS_INTROSPECTION_URL: url, TOOLS_INTROSPECTION_CLIENT_ID: clientId } = config
  return config.TOOLS_INTROSPECTION_CLIENT_SECRET?.use((clientSecret) =>
    url === undefined || clientId === undefined ? undefined : { url, clientId, clientSecret },
  )
}

function toolsOf(config: ToolServerConfig): readonly Tool[] {
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
  const get = tradingGet(config)
  if (get !== undefined) tools.push(...tradingTools(get, subjects))
  return tools
}

/** Signed with the server's own read key. */
function tradingGet(config: ToolServerConfig): TradingGet | undefined {
  const { TOOLS_TRADING_URL: url, TOOLS_TRADING_KEY_ID: keyId, TOOLS_TRADING_KEY_SECRET: secret } = config
  if (url === undefined || keyId === undefined || secret === undefined) return undefined
  const egress = egressTo([url], ['application/json', 'application/problem+json'])
  const send = signedFetch({
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
  return async (path, signal) => {
    const answer = await send(new URL(path, url), { signal })
    return { status: answer.status, bytes: new Uint8Array(await answer.arrayBuffer()) }
  }
}

/** A way to the origins of these URLs and nowhere else; those on this machine may be plain http. */
function egressTo(urls: readonly string[], contentTypes: readonly string[]): Egress {
  const parsed = urls.map((url) => new URL(url))
  const isHere = ({ hostname }: URL): boolean => /^(?:127\.|\[::1\]$|localhost$)/.test(hostname)
  return createEgress({
    allow: parsed.filter((url) => !isHere(url)).map(({ host }) => host),
    loopback: parsed.filter(isHere).map(({ origin }) => origin),
    contentTypes,
    deadlineMs: 5_000,
  })
}

function stopOnSignal(app: App, redis: Redis | undefined, logger: Logger): void {
  const stop = async (): Promise<void> => {
    try {
      await app.close()
      redis?.close()
      logger.info({ event: 'stopped' })
      process.exit(0)
    } catch (error) {
      logger.fatal(failureEvent(error, SENTENCES))
      process.exit(1)
    }
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop())
}

const SENTENCES: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'TOOLS_PORT or TOOLS_PROBE_PORT is in use, or both are the same: stop the other process or choose another port',
  EADDRNOTAVAIL: 'TOOLS_HOST is not an address of this machine',
  EACCES: 'this user may not listen on TOOLS_PORT or TOOLS_PROBE_PORT',
}
