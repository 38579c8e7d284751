import {
  createTokenValidator,
  type IntrospectionOptions,
  type RevocationStore,
  TOKEN_PROFILES,
  type TokenValidator,
} from '@ringfence/oauth-auth'
import type { Logger } from 'pino'
import type { OutgoingSecrets, ToolServerConfig } from './config/tool-server-config.ts'
import { egressTo } from './egress-to.ts'
import { SCOPE_HIERARCHY } from './tools/scope-hierarchy.ts'

/** What the validator of a configuration needs beside it. */
export interface ValidatorContext {
  readonly logger: Logger
  /** As they are now. */
  readonly secrets: OutgoingSecrets
  /** Where revocations are kept (default: in this process). */
  readonly revocations?: RevocationStore | undefined
}

/** The validator of access tokens that a configuration describes, with a way out of its own to the issuer. */
export function validatorOf(config: ToolServerConfig, context: ValidatorContext): TokenValidator {
  const { TOOLS_OAUTH_ISSUER: issuer, TOOLS_OAUTH_JWKS_URI: jwksUri } = config
  const audience = config.TOOLS_OAUTH_AUDIENCE ?? config.TOOLS_RESOURCE
  const { logger, revocations } = context
  const introspection = introspectionOf(config, context.secrets)
  const egress = egressTo(
    [issuer, jwksUri, introspection?.url].filter((url) => url !== undefined),
    ['application/json', 'application/jwk-set+json'],
  )
  return config.LOG_FINGERPRINT_KEY.use((key) =>
    createTokenValidator({
      issuer,
      audience,
      otherAudiences: config.TOOLS_OAUTH_OTHER_AUDIENCES,
      profile: TOKEN_PROFILES[config.TOOLS_OAUTH_PROFILE],
      ...(jwksUri !== undefined && { jwksUri }),
      ...(introspection !== undefined && { introspection }),
      ...(revocations !== undefined && { revocations }),
      scopeHierarchy: SCOPE_HIERARCHY,
      fetch: (url, init) => egress.fetch(url, init),
      fingerprintKey: { key: Buffer.from(key), keyId: 'k1' },
      onEvent: (event) => logger[event.type === 'keys_loaded' ? 'info' : 'warn']({ event: 'oauth.issuer', ...event }),
    }),
  )
}

function introspectionOf(config: ToolServerConfig, secrets: OutgoingSecrets): IntrospectionOptions | undefined {
  const { TOOLS_INTROSPECTION_URL: url, TOOLS_INTROSPECTION_CLIENT_ID: clientId } = config
  if (url === undefined || clientId === undefined) return undefined
  const clientSecret = (): string => secrets.TOOLS_INTROSPECTION_CLIENT_SECRET?.use((text) => text) ?? ''
  return { url, clientId, clientSecret }
}
