import { createLogger } from '@ringfence/log-redaction'
import type { Logger } from 'pino'
import type { TradingConfig } from './config/trading-config.ts'

/** The logger of everything this app does, which knows its secrets so that it can keep them. */
export function appLogger(config: TradingConfig): Logger {
  const keys = config.TRADING_API_KEYS.flatMap(({ secret, previous }) => [
    secret,
    ...(previous ? [previous.secret] : []),
  ])
  return createLogger({
    name: 'trading',
    secrets: [config.TRADING_DB_KEY, config.TRAIL_KEY, config.LOG_FINGERPRINT_KEY, ...keys],
    fingerprintKey: { key: config.LOG_FINGERPRINT_KEY, keyId: 'k1' },
  })
}
