import { allow, deny, type Guard } from '@ringfence/guard'

/** Refuses a request of a web page, unless its origin is listed: the protection against DNS rebinding that MCP demands. */
export function allowedOrigins(origins: readonly string[]): Guard<{}, {}, 'origin_not_allowed'> {
  const listed = new Set(origins)
  return {
    name: 'allowedOrigins',
    denies: ['origin_not_allowed'],
    adds: [],
    check: (request) =>
      request.header('origin').every((one) => listed.has(one)) ? allow() : deny('origin_not_allowed'),
  }
}
