import { cidrSet } from '@ringfence/ip-address'
import {
  absoluteUrl,
  commaList,
  type Config,
  envFile,
  environment,
  isProduction,
  loadConfig,
  port,
  secret,
  secretUrl,
  type Source,
} from '@ringfence/secret-config'
import * as z from 'zod'

/** The configuration of the tool server, checked. */
export type ToolServerConfig = Config<ReturnType<typeof toolServerSchema>> & { readonly production: boolean }

/**
 * Reads the configuration: from the environment, and in development from `.env` in the working directory.
 *
 * @throws RingfenceError `config_invalid` with every problem by name, source and rule, without any value
 */
export function toolServerConfig(
  production: boolean = isProduction(),
  sources: readonly Source[] = [environment({ scrub: true }), envFile('.env')],
): ToolServerConfig {
  const config = loadConfig(toolServerSchema(production), {
    production,
    sources,
    prefixes: ['TOOLS_', 'LOG_FINGERPRINT_'],
    mayBeEmpty: ['TOOLS_ORIGINS', 'TOOLS_TRUSTED_PROXIES', 'TOOLS_FETCH_ALLOW', 'TOOLS_TRADING_SUBJECTS'],
  })
  return { ...config, production }
}

/** Every variable with what it has to be. Those without a default are required, unless they are optional. */
export function toolServerSchema(production: boolean) {
  const issuer = { schemes: ['https:'], loopbackSchemes: production ? [] : ['http:'] }
  return z.object({
    TOOLS_HOST: z.string().min(1).max(253).default('127.0.0.1').describe('an address to listen on'),
    TOOLS_PORT: port({ allowZero: !production }).default(7102),
    TOOLS_PROBE_PORT: port().optional(),
    TOOLS_RESOURCE: absoluteUrl(issuer).describe('the resource URL, which is also the audience of tokens'),
    TOOLS_ORIGINS: commaList(z.url()).default([]),
    TOOLS_TRUSTED_PROXIES: commaList(cidr()).default([]),
    TOOLS_OAUTH_ISSUER: absoluteUrl(issuer),
    TOOLS_OAUTH_JWKS_URI: absoluteUrl(issuer).optional(),
    TOOLS_FETCH_ALLOW: commaList(hostName()).default([]),
    TOOLS_TRADING_URL: absoluteUrl({ schemes: ['https:'], loopbackSchemes: ['http:'] }).optional(),
    TOOLS_TRADING_KEY_ID: z.string().min(1).max(64).optional(),
    TOOLS_TRADING_KEY_SECRET: secret({ pattern: /rfs_[0-9A-Za-z]{49}/ }).optional(),
    TOOLS_TRADING_SUBJECTS: commaList(z.string().min(1).max(256)).default([]),
    LOG_FINGERPRINT_KEY: secret({ minLength: 32 }),
    REDIS_URL: secretUrl({ schemes: ['rediss:'], loopbackSchemes: ['redis:'] }).optional(),
  })
}

function cidr(): z.ZodType<string, string> {
  return z
    .string()
    .refine((text) => {
      try {
        return cidrSet([text]).cidrs.length === 1
      } catch {
        return false
      }
    })
    .describe('an address or a CIDR block without host bits')
}

function hostName(): z.ZodType<string, string> {
  return z
    .string()
    .regex(/^(?:\*|[a-z0-9.-]{1,253})$/)
    .describe('a host name in lower case, or * alone for every public host')
}
