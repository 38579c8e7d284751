import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isCanonicalTarget } from './canonical-target.ts'
import { deny, type Deny } from './outcome.ts'
import { METHODS } from './route-table.ts'

/** What is refused before any guard, because frameworks and proxies would read it in different ways. */
export function preflight(message: IncomingMessage): Deny | undefined {
  const { method, url, rawHeaders } = message
  if (rawHeaders.length > 2 * MAX_FIELDS) return deny('headers_too_large')
  if (!METHODS.has(method ?? '')) return deny('method_not_allowed', { headers: [['allow', [...METHODS].join(', ')]] })
  if (!isCanonicalTarget(url ?? '')) return deny('target_not_canonical')
  let hosts = 0
  let types = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    if (name.length === 4 && name.toLowerCase() === 'host') {
      hosts += 1
      if (!HOST.test(rawHeaders[i + 1]!)) return deny('host_invalid')
    } else if (name.length === 12 && name.toLowerCase() === 'content-type') {
      types += 1
    } else if (name.length === 16 && name.toLowerCase() === 'content-encoding') {
      return deny('media_type_unsupported')
    }
  }
  // RFC 9112 section 3.2: exactly one Host. Of several content types node keeps the first, others the last.
  if (hosts !== 1) return deny('host_invalid')
  if (types > 1) return deny('request_malformed')
  const coding = message.headers['transfer-encoding']
  if (coding !== undefined && coding !== 'chunked') return deny('request_malformed')
  return undefined
}

/** The caller's request id if it is well-formed, else a new one. */
export function requestId(message: IncomingMessage): string {
  const asked = message.headers['x-request-id']
  // Node joins repeated fields with a comma, which the pattern refuses.
  return typeof asked === 'string' && REQUEST_ID.test(asked) ? asked : randomUUID()
}

const MAX_FIELDS = 100
const REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/
// RFC 3986 section 3.2.2 without what no deployment needs: a name or an address, and a port.
const HOST = /^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?$/
