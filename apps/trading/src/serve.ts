import { stopOnSignal } from '@ringfence/guard/node'
import { type KeyRing, keyRing } from '@ringfence/hmac-auth'
import { createLogger, failureEvent } from '@ringfence/log-redaction'
import { connectRedis, type Redis, type RedisOptions } from '@ringfence/redis'
import type { Logger } from 'pino'
import { appLog } from './app-log.ts'
import { apiKeys, ownLimits, type TradingConfig, tradingConfig } from './config/trading-config.ts'
import { type AppOptions, createApp } from './create-app.ts'
import * as events from './events.ts'
import { keyLimits } from './keys/key-limits.ts'
import { reloadKeys } from './keys/reload-keys.ts'
import { sharedStores } from './shared-stores.ts'
import { createHttpsVenue } from './venues/https-venue.ts'

/**
 * The process: configuration, app, signals. Whatever keeps it from starting is one fatal line that says what to mend,
 * and exit code 1.
 */
export async function serve(): Promise<void> {
  let logger = createLogger({ name: 'trading' })
  process.once('uncaughtException', (error) => {
    logger.fatal(failureEvent(error, SENTENCES))
    process.exit(1)
  })
  try {
    const config = tradingConfig()
    const log = appLog(config)
    logger = log.logger
    const ring = keyRing(config.TRADING_API_KEYS)
    const own = keyLimits(config.TRADING_KEY_LIMITS, { logger, read: ownLimits })
    process.on('SIGHUP', reloadKeys({ ring, ...log, read: apiKeys }))
    process.on('SIGHUP', own.reload)
    const redis = await connect(config, logger)
    const app = createApp({
      ...appOptions(config, ring, logger),
      limits: { keyOf: own.of },
      ...(redis && (await shared(redis, config))),
    })
    const close = async (): Promise<void> => {
      await app.close()
      redis?.close()
    }
    stopOnSignal(close, {
      stopped: () => logger.info(events.stopped({})),
      failed: (error) => logger.fatal(failureEvent(error, SENTENCES)),
    })
    await app.listen()
  } catch (error) {
    logger.fatal(failureEvent(error, SENTENCES))
    process.exit(1)
  }
}

/** Its comings and goings are lines of the log, each once. */
async function connect({ REDIS_URL }: TradingConfig, logger: Logger): Promise<Redis | undefined> {
  let last = ''
  const onState: RedisOptions['onState'] = (state, reason) => {
    if (last !== (last = `${state} ${reason}`)) logger[LEVELS[state]](events.redisChanged({ state, reason }))
  }
  return REDIS_URL?.use((url) => connectRedis({ url, onState }))
}

function appOptions(config: TradingConfig, keys: KeyRing, logger: Logger): AppOptions {
  const { TRADING_HOST: hosts, TRADING_PORT: port, TRADING_VENUE_URL: venueUrl } = config
  return {
    hosts,
    port,
    keys,
    authorities: config.TRADING_AUTHORITIES ?? authoritiesOf(hosts, port),
    ipAllow: config.TRADING_IP_ALLOW,
    trustedProxies: config.TRADING_TRUSTED_PROXIES,
    database: { path: config.TRADING_DB_PATH, key: config.TRADING_DB_KEY },
    trailKey: config.TRAIL_KEY,
    sessions: { idleMs: config.TRADING_SESSION_IDLE },
    ...(venueUrl !== undefined && { venue: () => createHttpsVenue(venueUrl) }),
    logger,
  }
}

/** With Redis, nonces, sessions and limits are the same for every process, and outlive this one. */
async function shared(redis: Redis, { LOG_FINGERPRINT_KEY }: TradingConfig): Promise<Partial<AppOptions>> {
  return {
    stores: await LOG_FINGERPRINT_KEY.use((key) => sharedStores(redis, key)),
    dependencies: [() => redis.command(['PING'])],
  }
}

/** How clients on this machine, or at the other end of a tunnel, name the addresses that the app listens on. */
function authoritiesOf(hosts: readonly string[], port: number): string[] {
  const names = hosts.map((host) => (host.includes(':') ? `[${host}]` : host))
  return [...names, 'localhost'].map((name) => `${name}:${port}`)
}

const LEVELS = { up: 'info', down: 'warn' } as const

const SENTENCES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'TRADING_PORT is in use on one of TRADING_HOST: stop the other process or choose another port',
  EADDRNOTAVAIL: 'one of TRADING_HOST is not an address of this machine',
  EACCES: 'this user may not listen on TRADING_PORT',
}
