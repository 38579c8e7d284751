import { createLogger, createRedactor, type Redactor } from '@ringfence/log-redaction'
import type { Logger } from 'pino'
import type { ToolServerConfig } from './config/tool-server-config.ts'

/** The log of everything this app does. */
export interface AppLog {
  readonly logger: Logger
  /** Knows the secrets that must not be in a line; those that come later are registered here. */
  readonly redactor: Redactor
}

export function appLog(config: ToolServerConfig): AppLog {
  const { LOG_FINGERPRINT_KEY: key, TOOLS_TRADING_KEY_SECRET: trading, REDIS_URL: redis } = config
  const secrets = [key, trading, config.TOOLS_INTROSPECTION_CLIENT_SECRET, redis]
  const redactor = createRedactor({
    secrets: secrets.filter((one) => one !== undefined),
    fingerprintKey: { key, keyId: 'k1' },
  })
  return { logger: createLogger({ name: 'tool-server', redactor }), redactor }
}
