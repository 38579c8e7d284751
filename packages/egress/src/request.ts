import { denied } from './denied.ts'

/** What to send. */
export interface EgressInit {
  /** `GET` unless given: `HEAD`, `POST`, `PUT`, `PATCH`, `DELETE`. */
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Ends the request early; it can only shorten the deadline. */
  readonly signal?: AbortSignal
}

/** A request that is fit to leave. */
export interface ReadyRequest {
  /** Scheme, host and port, as `URL.origin` spells them. */
  readonly origin: string
  /** Path and query. */
  readonly path: string
  readonly method: Method
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
}

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * Checks URL, method and headers. The messages name the origin at most: paths and queries carry tokens.
 *
 * @throws {RingfenceError} `egress_denied`
 */
export function readyRequest(url: string, init: EgressInit): ReadyRequest {
  const target = readUrl(url)
  const method = METHODS.find((known) => known === (init.method ?? 'GET'))
  if (method === undefined) throw denied(target.origin, `the method must be one of ${METHODS.join(', ')}`)
  const headers: Record<string, string> = Object.create(null) as Record<string, string>
  headers['accept-encoding'] = 'identity' // what is counted is what is read
  for (const [name, value] of Object.entries(init.headers ?? {})) {
    const key = name.toLowerCase()
    if (!/^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/.test(key)) throw denied(target.origin, 'a header name is malformed')
    if (OURS.has(key)) throw denied(target.origin, `the header ${key} is not the caller's to set`)
    if (Object.hasOwn(headers, key)) throw denied(target.origin, `the header ${key} is given twice`)
    // RFC 9110 section 5.5, without the obsolete bytes.
    if (typeof value !== 'string' || !/^[\t\x20-\x7e]{0,8192}$/.test(value)) {
      throw denied(target.origin, `the value of header ${key} is malformed`)
    }
    headers[key] = value
  }
  if (Object.keys(headers).length > MOST_HEADERS) throw denied(target.origin, `more than ${MOST_HEADERS} headers`)
  return { origin: target.origin, path: target.pathname + target.search, method, headers, body: init.body }
}

/** One parser reads the URL, and everything after it works on what that parser read. */
function readUrl(url: string): URL {
  // The parser would drop tabs and newlines, and turn a backslash into a slash: refuse what it would change silently.
  const printable = typeof url === 'string' && url.length <= LONGEST_URL && /^[\x21-\x5b\x5d-\x7e]+$/.test(url)
  const target = printable ? URL.parse(url) : null
  if (target === null) throw denied('a malformed URL', 'expected an absolute URL in printable ASCII')
  if (target.protocol !== 'https:' && target.protocol !== 'http:') {
    throw denied('a URL that is not for HTTP', 'expected https')
  }
  if (target.username !== '' || target.password !== '') throw denied(target.origin, 'the URL carries a user name')
  return target
}

const METHODS: readonly Method[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Framing, routing and hop-by-hop fields (RFC 9110 section 7.6.1): a wrong one smuggles or fronts. */
const OURS: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const MOST_HEADERS = 64
const LONGEST_URL = 8_192
