import { keyRing } from '@ringfence/hmac-auth'
import { cidrSet } from '@ringfence/ip-address'
import {
  absoluteUrl,
  acceptedBy,
  commaList,
  type Config,
  duration,
  envFile,
  environment,
  isProduction,
  jsonValue,
  loadConfig,
  loopbackAddress,
  port,
  secret,
  secretUrl,
  type Source,
} from '@ringfence/secret-config'
import * as z from 'zod'
import { REQUEST_LIMITS } from '../http/chains.ts'

/** The configuration of the trading app, checked. */
export type TradingConfig = Config<ReturnType<typeof tradingSchema>> & { readonly production: boolean }

/**
 * Reads the configuration: from the environment, and in development from `.env` in the working directory.
 *
 * @throws RingfenceError `config_invalid` with every problem by name, source and rule, without any value
 */
export function tradingConfig(
  production: boolean = isProduction(),
  sources: readonly Source[] = SOURCES,
): TradingConfig {
  const config = loadConfig(tradingSchema(production), {
    production,
    sources,
    prefixes: ['TRADING_', 'TRAIL_', 'LOG_FINGERPRINT_'],
    mayBeEmpty: ['TRADING_TRUSTED_PROXIES'],
  })
  return { ...config, production }
}

/**
 * Reads the key records alone, again: from the file that `TRADING_API_KEYS_FILE` names, or in development from `.env`.
 * What stands in the environment itself cannot change while a process runs.
 *
 * @throws RingfenceError `config_invalid`
 */
export function apiKeys(
  production: boolean = isProduction(),
  sources: readonly Source[] = SOURCES,
): TradingConfig['TRADING_API_KEYS'] {
  const schema = tradingSchema(production).pick({ TRADING_API_KEYS: true })
  return loadConfig(schema, { production, sources }).TRADING_API_KEYS
}

/**
 * Reads the limits of single keys alone, again: from where {@link apiKeys} reads the keys.
 *
 * @throws RingfenceError `config_invalid`
 */
export function ownLimits(
  production: boolean = isProduction(),
  sources: readonly Source[] = SOURCES,
): TradingConfig['TRADING_KEY_LIMITS'] {
  const schema = tradingSchema(production).pick({ TRADING_KEY_LIMITS: true })
  return loadConfig(schema, { production, sources }).TRADING_KEY_LIMITS
}

/** Every variable with what it has to be. Those without a default are required. */
export function tradingSchema(production: boolean) {
  const redis = secretUrl({ schemes: ['rediss:'], loopbackSchemes: ['redis:'] })
  return z.object({
    TRADING_HOST: commaList(loopbackAddress()).default(['127.0.0.1']),
    TRADING_PORT: port({ allowZero: !production }).default(7101),
    TRADING_API_KEYS: jsonValue(API_KEYS),
    TRADING_KEY_LIMITS: jsonValue(KEY_LIMITS).default({}),
    TRADING_IP_ALLOW: commaList(cidr()).default(['127.0.0.0/8', '::1/128']),
    TRADING_TRUSTED_PROXIES: commaList(cidr()).default([]),
    TRADING_DB_PATH: z.string().min(1).describe('the path of the database file'),
    TRADING_DB_KEY: secret({ hexBytes: 32 }),
    TRADING_AUTHORITIES: commaList(authority()).optional(),
    TRADING_SESSION_IDLE: duration({ minMs: 1_000, maxMs: 4 * 3_600_000 }).default(15 * 60_000),
    TRADING_VENUE_URL: absoluteUrl({ schemes: ['https:'], loopbackSchemes: production ? [] : ['http:'] }).optional(),
    TRAIL_KEY: secret({ minLength: 32 }),
    LOG_FINGERPRINT_KEY: secret({ minLength: 32 }),
    REDIS_URL: production ? redis : redis.optional(),
  })
}

function cidr(): z.ZodType<string, string> {
  return acceptedBy((text) => cidrSet([text])).describe('an address or a CIDR block without host bits')
}

function authority(): z.ZodType<string, string> {
  return z
    .string()
    .regex(/^(?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]+\])(?::[1-9][0-9]{0,4})?$/)
    .describe('a host in lowercase as clients name it, with its port')
}

const KEY_ID = z
  .string()
  .regex(/^rfk_[A-Za-z0-9_-]{1,60}$/)
  .describe('rfk_ and 1 to 60 letters, digits, _ or -')

const KEY_LIMITS = z
  .record(KEY_ID, z.int().min(1).max(REQUEST_LIMITS.key))
  .describe(`an object of key ids with requests per second, 1 to ${REQUEST_LIMITS.key}`)

const API_SECRET = secret({ pattern: /rfs_[0-9A-Za-z]{49}/ }).describe('rfs_ and 49 letters or digits')

const API_KEYS = z
  .array(
    z
      .strictObject({
        id: KEY_ID,
        label: z.string().min(1).max(64).exactOptional(),
        scope: z.enum(['read', 'trade']).describe('"read" or "trade"'),
        allow: z.array(cidr()).min(1).describe('at least one CIDR block'),
        entry: z.array(z.string()).min(1).describe('a list of address:port').exactOptional(),
        notBefore: instant().exactOptional(),
        notAfter: instant().exactOptional(),
        secret: API_SECRET,
        previous: z.strictObject({ secret: API_SECRET, notAfter: instant() }).exactOptional(),
      })
      .describe('a key record'),
  )
  .min(1)
  .refine((records) => succeeds(() => keyRing(records)))
  .describe('a list of key records with different ids and secrets, as `ringfence keys new` prints them')

function instant(): z.ZodType<string, string> {
  return z.iso.datetime({ offset: true }).describe('ISO 8601 with a zone, such as 2027-01-31T00:00:00Z')
}

function succeeds(run: () => unknown): boolean {
  try {
    run()
    return true
  } catch {
    return false
  }
}

const SOURCES: readonly Source[] = [environment({ scrub: true }), envFile('.env')]
