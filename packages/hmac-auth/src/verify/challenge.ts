import type { GuardRequest, HeaderList } from '@ringfence/guard'
import { serializeDictionary } from '../structured-fields/serialize.ts'
import { NO_PARAMETERS } from '../structured-fields/values.ts'
import { BODY_COMPONENTS, COVERED_IF_SENT, REQUEST_LINE_COMPONENTS } from './coverage.ts'
import { ALGORITHM } from './claim.ts'

/**
 * Makes the header fields of a 401: a challenge, and Accept-Signature (RFC 9421 section 5.1) that lists what a signature
 * of this very request has to cover, so that a client can correct itself. They depend on nothing but which fields were
 * sent, so all of them are written beforehand: refusing a forged request must not cost more than accepting a good one.
 */
export function challenges(tag: string): (request: GuardRequest) => HeaderList {
  const written = Array.from({ length: 2 << COVERED_IF_SENT.length }, (_, sent) => challenge(tag, sent))
  return (request) => written[sentBy(request)]!
}

/** One bit for an announced body, then one for each field that has to be covered if it is sent. */
function sentBy(request: GuardRequest): number {
  let sent = announcesBody(request) ? 1 : 0
  for (const [i, name] of COVERED_IF_SENT.entries()) if (request.header(name).length > 0) sent |= 2 << i
  return sent
}

function announcesBody(request: GuardRequest): boolean {
  if (request.header('transfer-encoding').length > 0) return true
  return request.header('content-length').some((length) => length !== '0')
}

function challenge(tag: string, sent: number): HeaderList {
  const names = new Set(REQUEST_LINE_COMPONENTS)
  if ((sent & 1) !== 0) for (const name of BODY_COMPONENTS) names.add(name)
  for (const [i, name] of COVERED_IF_SENT.entries()) if ((sent & (2 << i)) !== 0) names.add(name)
  const items = [...names].map((value) => ({ value, parameters: NO_PARAMETERS }))
  const parameters = new Map<string, string | true>([
    ['created', true],
    ['alg', ALGORITHM],
    ['tag', tag],
  ])
  return [
    // RFC 9110 section 11.6.1 wants a challenge on every 401; no scheme is registered for RFC 9421.
    ['www-authenticate', `Signature realm="${tag}"`],
    ['accept-signature', serializeDictionary(new Map([['sig', { items, parameters }]]))],
  ]
}
