import { allow, deny, type Guard } from '@ringfence/guard'

/**
 * Serves only requests that were meant for this resource: the authority in Host has to be the one of the configured
 * resource URL. A name that somebody made resolve to this machine (DNS rebinding) is not.
 */
export function knownAuthority(resource: string): Guard<{}, {}, 'host_invalid'> {
  const { protocol, host } = new URL(resource)
  return {
    name: `knownAuthority(${host})`,
    denies: ['host_invalid'],
    adds: [],
    check: (request) => {
      // The parser of URLs knows that case and a default port make no difference (RFC 9110 section 4.2.3).
      const [said = ''] = request.header('host')
      return URL.parse(`${protocol}//${said}`)?.host === host ? allow() : deny('host_invalid')
    },
  }
}
