import { cidrSet } from '@ringfence/ip-address'
import { protectedResourceMetadata, TOKEN_PROFILES } from '@ringfence/oauth-auth'
import {
  absoluteUrl,
  acceptedBy,
  commaList,
  type Config,
  envFile,
  environment,
  isProduction,
  loadConfig,
  loopbackAddress,
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
  sources: readonly Source[] = SOURCES,
): ToolServerConfig {
  const config = loadConfig(toolServerSchema(production), {
    production,
    sources,
    prefixes: ['TOOLS_', 'LOG_FINGERPRINT_'],
    mayBeEmpty: [
      'TOOLS_OAUTH_OTHER_AUDIENCES',
      'TOOLS_ORIGINS',
      'TOOLS_TRUSTED_PROXIES',
      'TOOLS_FETCH_ALLOW',
      'TOOLS_TRADING_SUBJECTS',
    ],
  })
  return { ...config, production }
}

/** The secrets that can be exchanged while the process runs. */
export type OutgoingSecrets = Pick<ToolServerConfig, 'TOOLS_INTROSPECTION_CLIENT_SECRET' | 'TOOLS_TRADING_KEY_SECRET'>

/**
 * Reads the secrets that this server shows to others, again: from the files that their `_FILE` names, or in development
 * from `.env`. What stood in the environment itself cannot change while a process runs, and is not found any more.
 *
 * @throws RingfenceError `config_invalid`
 */
export function outgoingSecrets(
  production: boolean = isProduction(),
  sources: readonly Source[] = SOURCES,
): OutgoingSecrets {
  return loadConfig(z.object(OUTGOING_SECRETS), { production, sources })
}

/** Every variable with what it has to be. Those without a default are required, unless they are optional. */
function toolServerSchema(production: boolean) {
  const url = absoluteUrl({ schemes: ['https:'], loopbackSchemes: production ? [] : ['http:'] })
  return z
    .object({
      TOOLS_HOST: loopbackAddress().default('127.0.0.1'),
      TOOLS_PORT: port({ allowZero: !production }).default(7102),
      TOOLS_PROBE_PORT: port().optional(),
      TOOLS_RESOURCE: url.pipe(acceptedBy(metadataOf)).describe(RESOURCE),
      TOOLS_ORIGINS: commaList(url.refine(isOrigin).describe('an origin such as https://console.example')).default([]),
      TOOLS_TRUSTED_PROXIES: commaList(cidr()).default([]),
      TOOLS_OAUTH_ISSUER: url,
      TOOLS_OAUTH_JWKS_URI: url.optional(),
      TOOLS_OAUTH_PROFILE: z
        .enum(PROFILES)
        .describe(`one of ${PROFILES.join(', ')}`)
        .default('rfc9068'),
      TOOLS_OAUTH_AUDIENCE: z.string().min(1).max(2_048).optional(),
      TOOLS_OAUTH_OTHER_AUDIENCES: commaList(z.string().min(1).max(2_048)).default([]),
      TOOLS_INTROSPECTION_URL: url.optional(),
      TOOLS_INTROSPECTION_CLIENT_ID: z.string().min(1).max(256).optional(),
      TOOLS_FETCH_ALLOW: commaList(hostName()).refine(isStarAlone).describe(FETCH_ALLOW).default([]),
      TOOLS_TRADING_URL: absoluteUrl({ schemes: ['https:'], loopbackSchemes: ['http:'] }).optional(),
      TOOLS_TRADING_KEY_ID: z.string().min(1).max(64).optional(),
      TOOLS_TRADING_SUBJECTS: commaList(z.string().min(1).max(256)).default([]),
      ...OUTGOING_SECRETS,
      LOG_FINGERPRINT_KEY: secret({ minLength: 32 }),
      REDIS_URL: secretUrl({ schemes: ['rediss:'], loopbackSchemes: ['redis:'] }).optional(),
    })
    .superRefine(allOrNone(['TOOLS_TRADING_URL', 'TOOLS_TRADING_KEY_ID', 'TOOLS_TRADING_KEY_SECRET']), ALWAYS)
    .superRefine(
      allOrNone(['TOOLS_INTROSPECTION_URL', 'TOOLS_INTROSPECTION_CLIENT_ID', 'TOOLS_INTROSPECTION_CLIENT_SECRET']),
      ALWAYS,
    )
}

/** Some of these variables alone mean nothing: the others are missing then. */
function allOrNone(names: readonly string[]) {
  return (config: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void => {
    const missing = names.filter((name) => config[name] === undefined)
    if (missing.length === names.length) return
    for (const name of missing) context.addIssue({ code: 'invalid_type', expected: 'string', path: [name] })
  }
}

/** Published under a path that only a canonical URL has. */
function metadataOf(resource: string): unknown {
  return protectedResourceMetadata({ resource, authorizationServers: [resource] })
}

/** As browsers send it: nothing else would ever be equal to an Origin field. */
function isOrigin(text: string): boolean {
  return URL.parse(text)?.origin === text
}

function isStarAlone(hosts: readonly string[]): boolean {
  return hosts.length < 2 || !hosts.includes('*')
}

function cidr(): z.ZodType<string, string> {
  return acceptedBy((text) => cidrSet([text])).describe('an address or a CIDR block without host bits')
}

function hostName(): z.ZodType<string, string> {
  return z
    .string()
    .regex(/^(?:\*|[a-z0-9.-]{1,253})$/)
    .describe(FETCH_ALLOW)
}

const SOURCES: readonly Source[] = [environment({ scrub: true }), envFile('.env')]

const PROFILES = Object.keys(TOKEN_PROFILES) as (keyof typeof TOKEN_PROFILES)[]

const OUTGOING_SECRETS = {
  TOOLS_INTROSPECTION_CLIENT_SECRET: secret({ minLength: 16 }).optional(),
  TOOLS_TRADING_KEY_SECRET: secret({ pattern: /rfs_[0-9A-Za-z]{49}/ }).optional(),
}

const RESOURCE = 'the resource URL, also the audience of tokens: https, canonical, no query, no trailing slash'
const FETCH_ALLOW = 'host names in lower case, or * alone for every public host'

/** What is missing is listed beside everything else that is wrong. */
const ALWAYS = { when: () => true }
