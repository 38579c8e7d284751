import { failureEvent } from '@ringfence/log-redaction'
import type { Logger } from 'pino'
import type { TradingConfig } from '../config/trading-config.ts'
import * as events from '../events.ts'

/** Requests per second and endpoint that single keys may make, where it is less than `TR-15` allows. */
export interface KeyLimits {
  readonly of: (keyId: string) => number | undefined
  /** Reads them again: all at once, or none if one is wrong. Never throws. */
  readonly reload: () => void
}

/** What a reload works on. */
export interface KeyLimitsOptions {
  readonly logger: Logger
  /** Reads the limits from where they are kept. */
  readonly read: () => TradingConfig['TRADING_KEY_LIMITS']
}

/** Keeps the limits of single keys, exchangeable while the app runs. */
export function keyLimits(limits: TradingConfig['TRADING_KEY_LIMITS'], { logger, read }: KeyLimitsOptions): KeyLimits {
  let current = new Map(Object.entries(limits))
  return {
    of: (keyId) => current.get(keyId),
    reload() {
      try {
        current = new Map(Object.entries(read()))
        logger.info(events.limitsReloaded({ count: current.size }))
      } catch (error) {
        logger.error({ ...failureEvent(error), event: 'limits.reload_refused' })
      }
    },
  }
}
