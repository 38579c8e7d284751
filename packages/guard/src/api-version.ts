import type { Guard } from './guard.ts'
import { allow, deny } from './outcome.ts'

/**
 * Refuses a request that asks for an API version this service does not speak. Without `X-API-Version` the first
 * supported version is meant.
 *
 * @example
 * ```ts
 * guards().use(apiVersion({ supported: ['1'] }))
 * ```
 */
export function apiVersion(options: {
  readonly supported: readonly [string, ...string[]]
}): Guard<{}, { apiVersion: string }, 'api_version_unsupported'> {
  const supported = [...options.supported]
  return {
    name: 'apiVersion',
    denies: ['api_version_unsupported'],
    adds: ['apiVersion'],
    check: (request) => {
      const asked = request.header('x-api-version')
      const version = asked[0] ?? supported[0]!
      if (asked.length > 1 || !supported.includes(version)) {
        return deny('api_version_unsupported', { members: { supported } })
      }
      return allow({ apiVersion: version })
    },
  }
}
