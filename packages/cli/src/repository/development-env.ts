import { randomBytes } from 'node:crypto'
import { generateApiKey } from '@ringfence/hmac-auth'

/** Where the three processes of a development stack listen, all on 127.0.0.1. */
export interface Ports {
  readonly trading: number
  readonly tools: number
  readonly oauth: number
}

/** The variables of a development stack, with fresh secrets. */
export type DevelopmentEnv = Readonly<Record<string, string>>

/**
 * Makes the whole configuration for both apps and the development OAuth server: a trade key, a read key and the tool
 * server's own read key, an encrypted database in `stateFolder`, and a client for the OAuth server.
 */
export function developmentEnv(ports: Ports, stateFolder: string): DevelopmentEnv {
  const allow = ['127.0.0.1/32', '::1/128']
  const trade = generateApiKey({ label: 'trade', scope: 'trade', allow })
  const read = generateApiKey({ label: 'read', scope: 'read', allow })
  const tools = generateApiKey({ label: 'tool server', scope: 'read', allow })
  const secret = (): string => randomBytes(32).toString('hex')
  return {
    TRADING_PORT: String(ports.trading),
    TRADING_API_KEYS: JSON.stringify([trade, read, tools]),
    TRADING_IP_ALLOW: '127.0.0.0/8,::1/128',
    TRADING_DB_PATH: `${stateFolder}/trading.db`,
    TRADING_DB_KEY: secret(),
    TRAIL_KEY: secret(),
    LOG_FINGERPRINT_KEY: secret(),
    TOOLS_PORT: String(ports.tools),
    TOOLS_RESOURCE: `http://127.0.0.1:${ports.tools}/mcp`,
    TOOLS_OAUTH_ISSUER: `http://127.0.0.1:${ports.oauth}`,
    TOOLS_FETCH_ALLOW: '*',
    TOOLS_TRADING_URL: `http://127.0.0.1:${ports.trading}`,
    TOOLS_TRADING_KEY_ID: tools.id,
    TOOLS_TRADING_KEY_SECRET: tools.secret,
    TOOLS_TRADING_SUBJECTS: DEVELOPMENT_CLIENT,
    DEV_OAUTH_CLIENT_SECRET: secret(),
  }
}

/** The client that the development OAuth server knows; also the subject of its tokens. */
export const DEVELOPMENT_CLIENT = 'ringfence-dev'
