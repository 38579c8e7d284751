import { RingfenceError } from '@ringfence/errors'
import * as z from 'zod'
import { vetted } from './string-faults.ts'

/** What {@link publicUrl} may accept. */
export interface PublicUrlOptions {
  /** The host names allowed, exactly as they appear in a URL, or `*` for every public name. */
  readonly hosts: readonly string[] | '*'
  /** Ports besides 443. Default none. */
  readonly ports?: readonly number[]
  /** Accept internationalised names in their ASCII form (`xn--`). Default false: look-alikes hide there. */
  readonly punycode?: boolean
}

/**
 * The one pattern of {@link publicUrl}: an https URL with a dotted DNS name in lower case, no user, and only characters
 * that RFC 3986 allows in a path, a query and a fragment. Anchored, ASCII, deterministic.
 */
export const PUBLIC_URL: RegExp =
  /^https:\/\/[a-z0-9]+(?:-+[a-z0-9]+)*(?:\.[a-z0-9]+(?:-+[a-z0-9]+)*)+(?::[1-9][0-9]*)?(?:\/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f][0-9A-Fa-f])*)?(?:\?(?:[A-Za-z0-9._~!$&()*+,;=:@/?-]|%[0-9A-Fa-f][0-9A-Fa-f])*)?(?:#(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f][0-9A-Fa-f])*)?$/

/**
 * An https URL of a public host in canonical spelling: it passes {@link PUBLIC_URL}, and the platform's parser (WHATWG
 * URL), the only one used, returns it unchanged. So two parsers cannot disagree about it: no user info, no backslash, no
 * IP literal in any spelling, no dot segment, no upper-case or internationalised host, no default port.
 *
 * It says nothing about the address the name resolves to: `@ringfence/egress` checks that when it connects.
 *
 * The rules that errors name: `too_long`, `format`, `not_canonical`, `host`, `port`.
 *
 * @example
 * ```ts
 * publicUrl({ hosts: ['example.com'] }).safeParse('https://example.com@evil.test/').success // false
 * ```
 */
export function publicUrl(options: PublicUrlOptions): z.ZodString {
  const { hosts, ports = [], punycode = false } = options
  const allowed = hosts === '*' ? undefined : new Set(hosts)
  for (const host of allowed ?? []) {
    if (!PUBLIC_URL.test(`https://${host}`) || !isPublicName(host) || parsed(`https://${host}`)?.hostname !== host) {
      throw new RingfenceError('option_invalid', 'publicUrl: a host must be a DNS name in its canonical spelling')
    }
  }
  const allowedPorts = new Set(['', ...ports.map(String)])
  const rule = (name: string, holds: (url: URL) => boolean): [(text: string) => boolean, object] => [
    (text) => {
      const url = parsed(text)
      return url !== undefined && holds(url)
    },
    { params: { rule: name }, abort: true },
  ]
  return z
    .string()
    .max(2_048, { abort: true })
    .regex(PUBLIC_URL, { abort: true })
    .refine(isCanonical, { params: { rule: 'not_canonical' }, abort: true })
    .refine(...rule('host', ({ hostname }) => isPublicName(hostname) && (allowed?.has(hostname) ?? true)))
    .refine(...rule('host', ({ hostname }) => punycode || allowed !== undefined || !hostname.includes('xn--')))
    .refine(...rule('port', ({ port }) => allowedPorts.has(port)))
}

const isCanonical = vetted((text: string) => {
  const href = parsed(text)?.href
  // The parser writes the empty path as "/".
  return href === text || href === `${text}/`
})

/**
 * A name in the public DNS: within its lengths (RFC 1035 section 2.3.4), dotted, not an address (the parser reads `1.2.3`
 * as one), not reserved for local use.
 */
function isPublicName(host: string): boolean {
  const labels = host.split('.')
  const last = labels.at(-1)!
  return (
    host.length <= 253 && labels.every(({ length }) => length <= 63) && /^[a-z]/.test(last) && !LOCAL_NAMES.has(last)
  )
}

function parsed(text: string): URL | undefined {
  return URL.parse(text) ?? undefined
}

/** RFC 6761, RFC 6762 with its appendix G, RFC 8375, RFC 9476, ICANN's `internal`; what Kubernetes and Consul call theirs. */
const LOCAL_NAMES: ReadonlySet<string> = new Set([
  'localhost',
  'local',
  'internal',
  'arpa',
  'onion',
  'alt',
  'invalid',
  'test',
  'example',
  'home',
  'corp',
  'mail',
  'lan',
  'intranet',
  'private',
  'localdomain',
  'svc',
  'consul',
])
