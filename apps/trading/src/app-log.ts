import { createLogger, createRedactor, type Redactor } from '@ringfence/log-redaction'
import type { Logger } from 'pino'
import type { TradingConfig } from './config/trading-config.ts'
import { keySecrets } from './keys/key-secrets.ts'

/** The log of everything this app does. */
export interface AppLog {
  readonly logger: Logger
  /** Knows the secrets that must not be in a line; those that come later are registered here. */
  readonly redactor: Redactor
}

export function appLog(config: TradingConfig): AppLog {
  const redactor = createRedactor({
    secrets: [
      config.TRADING_DB_KEY,
      config.TRAIL_KEY,
      config.LOG_FINGERPRINT_KEY,
      ...keySecrets(config.TRADING_API_KEYS),
    ],
    fingerprintKey: { key: config.LOG_FINGERPRINT_KEY, keyId: 'k1' },
  })
  return { logger: createLogger({ name: 'trading', redactor }), redactor }
}
