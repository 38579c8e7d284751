import {
  absoluteUrl,
  commaList,
  envFile,
  environment,
  jsonValue,
  loadConfig,
  loopbackAddress,
  port,
  secret,
  type Secret,
} from '@ringfence/secret-config'
import * as z from 'zod'

/** One key of `TRADING_API_KEYS`, as far as a caller needs it. */
export interface OperatorKey {
  readonly id: string
  readonly label?: string | undefined
  readonly scope: 'read' | 'trade'
  readonly secret: Secret
}

/** What commands that call the trading API read. */
export interface TradingConfig {
  readonly TRADING_HOST: readonly string[]
  readonly TRADING_PORT: number
  readonly TRADING_API_KEYS: readonly OperatorKey[]
}

/** What `token` reads. */
export interface OauthConfig {
  readonly TOOLS_OAUTH_ISSUER: string
  readonly TOOLS_RESOURCE: string
  readonly DEV_OAUTH_CLIENT_SECRET: Secret
}

/** Reads the trading API's own variables: whoever operates it has them at hand. */
export function tradingConfig(file: string): TradingConfig {
  const key = z.looseObject({
    id: z.string(),
    label: z.string().optional(),
    scope: z.enum(['read', 'trade']),
    secret: secret(),
  })
  const schema = z.object({
    TRADING_HOST: commaList(loopbackAddress()).default(['127.0.0.1']),
    TRADING_PORT: port().default(7101),
    TRADING_API_KEYS: jsonValue(z.array(key).min(1)).describe(
      'a JSON list of key records: `ringfence keys new` makes one, and the first `pnpm start` writes a .env with some',
    ),
  })
  return loadConfig(schema, { sources: [environment(), envFile(file)], production: false })
}

/** Reads where the development OAuth server is and the secret of its one client. */
export function oauthConfig(file: string): OauthConfig {
  const url = absoluteUrl({ schemes: ['https:'], loopbackSchemes: ['http:'] })
  const schema = z.object({
    TOOLS_OAUTH_ISSUER: url.default('http://127.0.0.1:7103'),
    TOOLS_RESOURCE: url.default('http://127.0.0.1:7102/mcp'),
    DEV_OAUTH_CLIENT_SECRET: secret().describe('the secret that the first `pnpm start` writes to .env'),
  })
  return loadConfig(schema, { sources: [environment(), envFile(file)], production: false })
}
