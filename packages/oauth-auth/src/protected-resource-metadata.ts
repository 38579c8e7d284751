import { RingfenceError } from '@ringfence/errors'
import { isConfidential } from './is-confidential.ts'
import { isScopeToken } from './parse-scope.ts'

/** What a resource says about itself. */
export interface ProtectedResource {
  /** The resource identifier: https (http on loopback), no query, no fragment, no trailing slash. */
  readonly resource: string
  /** Issuer identifiers of the authorization servers whose tokens it takes; at least one. */
  readonly authorizationServers: readonly string[]
  /** Scopes worth asking for; never `offline_access`. */
  readonly scopesSupported?: readonly string[]
  /** A name for people. */
  readonly resourceName?: string
}

/** The document and where it is served. */
export interface ProtectedResourceMetadata {
  /** JSON, ready to be sent as `application/json` without any CORS field. */
  readonly document: Readonly<Record<string, string | readonly string[]>>
  /** The path to serve it at, e.g. `/.well-known/oauth-protected-resource/mcp`. */
  readonly path: string
  /** Its absolute URL, for challenges. */
  readonly url: string
}

/**
 * Builds the OAuth 2.0 Protected Resource Metadata (RFC 9728 section 2) of a resource. The resource is configured, never
 * derived from `Host` or a forwarding field.
 *
 * @throws RingfenceError `option_invalid`
 */
export function protectedResourceMetadata(options: ProtectedResource): ProtectedResourceMetadata {
  const { resource, authorizationServers, scopesSupported = [], resourceName } = options
  const url = resourceMetadataUrl(resource)
  if (authorizationServers.length === 0 || !authorizationServers.every((issuer) => URL.canParse(issuer))) {
    throw new RingfenceError('option_invalid', 'protectedResourceMetadata: name at least one authorization server')
  }
  if (!scopesSupported.every((scope) => isScopeToken(scope) && scope !== 'offline_access')) {
    throw new RingfenceError('option_invalid', 'protectedResourceMetadata: scopes, and never offline_access')
  }
  const document = {
    resource,
    authorization_servers: Object.freeze([...authorizationServers]),
    // RFC 9728 section 2: the only method this package reads tokens from.
    bearer_methods_supported: Object.freeze(['header']),
    ...(scopesSupported.length > 0 && { scopes_supported: Object.freeze([...scopesSupported]) }),
    ...(resourceName !== undefined && { resource_name: resourceName }),
  }
  return Object.freeze({ document: Object.freeze(document), path: new URL(url).pathname, url })
}

/** The URL of a resource's metadata: the well-known path goes between host and path (RFC 9728 section 3.1). */
export function resourceMetadataUrl(resource: string): string {
  if (!URL.canParse(resource)) throw notCanonical()
  const url = new URL(resource)
  const { origin, pathname } = url
  const path = pathname === '/' ? '' : pathname
  // The comparison also finds a query, a fragment, user information, a default port, dot segments and upper case.
  if (`${origin}${path}` !== resource || path.endsWith('/') || !isConfidential(url)) throw notCanonical()
  return `${origin}/.well-known/oauth-protected-resource${path}`
}

function notCanonical(): RingfenceError {
  return new RingfenceError(
    'option_invalid',
    'resource: an https URL (http on loopback) in canonical form, without query, fragment or trailing slash',
  )
}
