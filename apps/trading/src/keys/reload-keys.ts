import type { KeyRing } from '@ringfence/hmac-auth'
import { failureEvent, type Redactor } from '@ringfence/log-redaction'
import type { Logger } from 'pino'
import type { TradingConfig } from '../config/trading-config.ts'
import * as events from '../events.ts'
import { keySecrets } from './key-secrets.ts'

/** What a reload works on. */
export interface ReloadOptions {
  readonly ring: KeyRing
  readonly redactor: Redactor
  readonly logger: Logger
  /** Reads the records from where they are kept. */
  readonly read: () => TradingConfig['TRADING_API_KEYS']
}

/**
 * Makes what exchanges the keys of a running app: all at once, or none if a single record is wrong. Requests under way
 * are not dropped. The log then tells of each key when it was last used, and when the secret before its rotation was.
 *
 * @returns a function that never throws
 */
export function reloadKeys({ ring, redactor, logger, read }: ReloadOptions): () => void {
  return () => {
    try {
      const records = read()
      redactor.register(keySecrets(records)) // before the first line that could hold one of them
      const before = new Set(ring.ids)
      ring.replace(records)
      const added = ring.ids.filter((id) => !before.delete(id)).length
      logger.info(events.keysReloaded({ count: records.length, added, removed: before.size }))
      for (const { id: keyId, label, scope } of records) {
        const lastUsed = instant(ring.lastUsed(keyId))
        logger.info(
          events.keyUse({ keyId, label, scope, lastUsed, previousLastUsed: instant(ring.previousLastUsed(keyId)) }),
        )
      }
    } catch (error) {
      logger.error({ ...failureEvent(error), event: 'keys.reload_refused' })
    }
  }
}

function instant(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString()
}
