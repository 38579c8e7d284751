import type { EncryptedDatabase } from '@ringfence/encrypted-sqlite'
import { systemClock } from '@ringfence/guard'
import { createSessions, type SessionEvent } from '@ringfence/hmac-auth/sessions'
import { connectRedis, type Redis } from '@ringfence/redis'
import type { Logger } from 'pino'
import type { TradingConfig } from '../config/trading-config.ts'
import * as events from '../events.ts'
import { sharedSessions } from '../shared-stores.ts'
import { openStore } from '../store/open-store.ts'
import type { CommandContext } from './command.ts'

/** What a command works with. Each part is opened when it is needed: ending sessions must not fail for a locked database. */
export interface OpenContext extends CommandContext {
  close(): void
}

export function openContext(config: TradingConfig, logger: Logger): OpenContext {
  let db: EncryptedDatabase | undefined
  let redis: Redis | undefined
  return {
    get db() {
      return (db ??= openStore(config.TRADING_DB_PATH, config.TRADING_DB_KEY, { create: false }))
    },
    trailKey: config.TRAIL_KEY,
    clock: systemClock,
    logger,
    async sessions() {
      redis = await config.REDIS_URL?.use((url) => connectRedis({ url, budgetMs: PATIENCE_MS }))
      const onEvent = (event: SessionEvent): void => logger.warn(events.sessionsChanged(event))
      return redis && createSessions({ store: sharedSessions(redis), onEvent })
    },
    close() {
      redis?.close()
      db?.close()
    },
  }
}

/** An operator can wait for Redis longer than a request (ms). */
const PATIENCE_MS = 5_000
