import type { BearerContext } from './bearer-auth.ts'

/** The shape of `AuthInfo` of the MCP TypeScript SDK. */
export interface McpAuthInfo {
  /** The fingerprint: no tool ever sees the token itself. */
  token: string
  clientId: string
  scopes: string[]
  /** Seconds since the epoch. */
  expiresAt?: number
  resource: URL
  extra: { subject: string }
}

/**
 * Hands what {@link BearerContext} proved to an MCP server as its `authInfo`. The specification forbids passing a token
 * on to another service, so the fingerprint takes its place.
 */
export function mcpAuthInfo({ principal, token }: BearerContext, resource: string): McpAuthInfo {
  return {
    token: token.fingerprint,
    clientId: principal.clientId,
    scopes: [...principal.scopes],
    ...(token.expiresAt !== undefined && { expiresAt: Math.floor(token.expiresAt / 1_000) }),
    resource: new URL(resource),
    extra: { subject: principal.id },
  }
}
