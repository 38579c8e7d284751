import type { GuardRequest, HeaderList } from '@ringfence/guard'
import { serializeDictionary } from '../structured-fields/serialize.ts'
import { NO_PARAMETERS } from '../structured-fields/values.ts'
import { BODY_COMPONENTS, COVERED_IF_SENT, REQUEST_LINE_COMPONENTS } from './coverage.ts'
import { ALGORITHM } from './claim.ts'

/**
 * The header fields of a 401: a challenge, and Accept-Signature (RFC 9421 section 5.1) that lists what a signature of
 * this very request has to cover, so that a client can correct itself. It depends on nothing but the fields sent.
 */
export function challenge(request: GuardRequest, tag: string): HeaderList {
  const sent = (name: string): boolean => request.header(name).length > 0
  const announcesBody = sent('transfer-encoding') || request.header('content-length').some((length) => length !== '0')
  const names = new Set(REQUEST_LINE_COMPONENTS)
  if (announcesBody) for (const name of BODY_COMPONENTS) names.add(name)
  for (const name of COVERED_IF_SENT) if (sent(name)) names.add(name)
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
