import { DENY_CODES } from './deny-codes.ts'
import type { Deny } from './outcome.ts'
import type { HeaderList } from './request.ts'

/** A deny as bytes: what every adapter sends. */
export interface Problem {
  readonly status: number
  readonly headers: HeaderList
  readonly body: string
}

/**
 * The only place where a {@link Deny} becomes bytes: an `application/problem+json` document (RFC 9457). It carries the
 * code, its public sentence and the deny's public members; never `internal`.
 */
export function problem(denied: Deny, requestId: string): Problem {
  const { status, title } = DENY_CODES[denied.code]
  const type = TYPES[denied.code] ?? `urn:ringfence:problem:${denied.code}`
  const body = JSON.stringify({ ...denied.members, type, title, status, code: denied.code, requestId })
  return { status, headers: [...(denied.headers ?? []), ['content-type', 'application/problem+json']], body }
}

// draft-ietf-httpapi-ratelimit-headers registers a problem type of its own.
const TYPES: Partial<Record<Deny['code'], string>> = {
  rate_limited: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
}
