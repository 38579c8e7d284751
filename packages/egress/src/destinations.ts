import { isPublicAddress } from '@ringfence/ip-address'
import { denied } from './denied.ts'
import { isLoopbackHost, type Destination } from './address-rules.ts'
import { invalid, type EgressSettings } from './options.ts'

/**
 * Compiles `allow` and `loopback` into one question, asked for the URL and again for each connection.
 * Origins are compared whole (scheme, host, port): prefixes and suffixes of names are how allowlists get bypassed.
 *
 * @returns a function of an origin as `URL.origin` spells it; it throws `egress_denied`
 */
export function destinations(settings: Pick<EgressSettings, 'allow' | 'loopback'>): (origin: string) => Destination {
  const loopback = new Set(settings.loopback.map(loopbackOrigin))
  const allowed = settings.allow === 'public' ? undefined : new Set(settings.allow.map(allowedOrigin))
  return (origin) => {
    if (loopback.has(origin)) return 'loopback'
    if (!origin.startsWith('https://')) throw denied(origin, 'not https, nor a named loopback destination')
    if (allowed === undefined) {
      if (new URL(origin).port !== '') throw denied(origin, 'public hosts are reached on port 443 only')
    } else if (!allowed.has(origin)) throw denied(origin, 'not on the allowlist')
    return 'public'
  }
}

function allowedOrigin(entry: string, i: number): string {
  const { origin, hostname } = canonical(`https://${entry}`, `allow, entry ${i + 1}`)
  const literal = literalOf(hostname)
  if (literal !== undefined && !isPublicAddress(literal)) {
    throw invalid(`allow, entry ${i + 1}: this address is not public; name what is on this machine in loopback`)
  }
  return origin
}

function loopbackOrigin(entry: string, i: number): string {
  const { origin, hostname } = canonical(entry, `loopback, entry ${i + 1}`)
  if (isLoopbackHost(hostname)) return origin
  throw invalid(`loopback, entry ${i + 1}: the host must be a loopback address or localhost`)
}

/** An entry must be spelled as URLs spell it, so that what is read is what is compared. */
function canonical(origin: string, where: string): URL {
  const url = URL.parse(origin)
  if (url === null || !/^https?:$/.test(url.protocol) || !HOST.test(url.hostname)) {
    throw invalid(`${where}: expected an exact host, without wildcards or path`)
  }
  if (url.origin !== origin) throw invalid(`${where}: not in canonical spelling; write ${url.host}`)
  return url
}

/** The address of an IP literal in a URL, whose host is canonical already. */
function literalOf(hostname: string): string | undefined {
  if (hostname.startsWith('[')) return hostname.slice(1, -1)
  return /^[0-9.]+$/.test(hostname) ? hostname : undefined
}

const HOST = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:]+\])$/
