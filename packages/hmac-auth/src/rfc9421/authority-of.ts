import { Problem } from '../problem.ts'
import type { Scheme, SignableRequest } from './signable-request.ts'

/**
 * `@authority` (RFC 9421 section 2.2.3): the Host field in lowercase, without the scheme's default port. A problem unless
 * there is exactly one Host field of plausible form.
 */
export function authorityOf(request: SignableRequest, scheme: Scheme): string | Problem {
  const hosts = request.header('host')
  // Tested before it is lowercased: the Kelvin sign becomes a k.
  if (hosts.length !== 1 || !HOST.test(hosts[0]!)) return NO_HOST
  const host = hosts[0]!.toLowerCase()
  return host.endsWith(DEFAULT_PORT[scheme]) ? host.slice(0, -DEFAULT_PORT[scheme].length) : host
}

/** The same authority with the port that its scheme implies. */
export function withDefaultPort(authority: string, scheme: Scheme): string {
  return authority + DEFAULT_PORT[scheme]
}

const NO_HOST = new Problem('signature base: there is not exactly one well-formed Host field')
const DEFAULT_PORT: Readonly<Record<Scheme, string>> = { http: ':80', https: ':443' }
const HOST = /^(?:[a-z0-9._~!$&'()*+,;=%-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/i
