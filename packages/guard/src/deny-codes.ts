/** What the caller, the operator and the documentation need to know about one way of saying no. */
export interface DenyCodeInfo {
  /** The HTTP status. */
  readonly status: number
  /** The public sentence: tells the caller what to fix and an attacker nothing. */
  readonly title: string
  /** For the documentation: what leads here. */
  readonly cause: string
  /** For the documentation: what to do about it. */
  readonly fix: string
}

/** The closed union of reasons, across all packages. Order rules are a second closed union, in `errors[].rule`. */
export type DenyCode =
  | 'request_malformed'
  | 'target_not_canonical'
  | 'host_invalid'
  | 'api_version_unsupported'
  | 'credentials_malformed'
  | 'query_invalid'
  | 'body_malformed'
  | 'credentials_missing'
  | 'credentials_invalid'
  | 'request_stale'
  | 'request_replayed'
  | 'session_invalid'
  | 'insufficient_scope'
  | 'address_not_allowed'
  | 'origin_not_allowed'
  | 'not_found'
  | 'method_not_allowed'
  | 'body_incomplete'
  | 'idempotency_conflict'
  | 'body_too_large'
  | 'media_type_unsupported'
  | 'expectation_failed'
  | 'body_invalid'
  | 'order_refused'
  | 'rate_limited'
  | 'headers_too_large'
  | 'internal_error'
  | 'guard_failed'
  | 'dependency_unavailable'

/** Status, public sentence, cause and fix of every code. */
export const DENY_CODES: Readonly<Record<DenyCode, DenyCodeInfo>> = {
  request_malformed: {
    status: 400,
    title: 'The request is not well-formed HTTP.',
    cause: 'The parser, or a rule every framework must agree on, refused the request line, a field or the framing.',
    fix: 'Send HTTP/1.1 with each singleton field once and Content-Length or Transfer-Encoding: chunked, not both.',
  },
  target_not_canonical: {
    status: 400,
    title: 'The request target is not in canonical form.',
    cause: 'Dot segments, double or trailing slashes, encoded unreserved characters, fragments or absolute-form.',
    fix: 'Send the path exactly as documented; percent-encode only what RFC 3986 reserves, in upper-case hex.',
  },
  host_invalid: {
    status: 400,
    title: 'The Host field is missing, repeated or not one this service answers to.',
    cause: 'Zero or several Host fields, or an authority outside the configured list.',
    fix: 'Send one Host field; behind a proxy, list the public authority in the configuration.',
  },
  api_version_unsupported: {
    status: 400,
    title: 'The requested API version is not supported.',
    cause: 'X-API-Version names a version this service does not speak.',
    fix: 'Use one of the versions listed in the answer.',
  },
  credentials_malformed: {
    status: 400,
    title: 'The credentials are malformed, or of more than one kind.',
    cause: 'A credential field does not parse, is repeated, or two schemes were sent at once.',
    fix: 'Send exactly one kind of credentials in the documented form.',
  },
  query_invalid: {
    status: 400,
    title: 'The query or path parameters are not valid.',
    cause: 'An unknown, repeated, missing or ill-typed parameter.',
    fix: 'See `errors` for the parameter and the rule.',
  },
  body_malformed: {
    status: 400,
    title: 'The body is not well-formed JSON.',
    cause: 'Invalid UTF-8 or JSON, duplicate or escaped keys, too deep, or a number a double cannot hold exactly.',
    fix: 'Send plain JSON with unique, unescaped keys; decimals go in strings.',
  },
  credentials_missing: {
    status: 401,
    title: 'Authentication is required.',
    cause: 'The request carries no credentials of the kind this route asks for.',
    fix: 'Authenticate as the challenge says.',
  },
  credentials_invalid: {
    status: 401,
    title: 'The credentials were not accepted.',
    cause: 'Unknown key, wrong signature or token, wrong address, body not the signed one, expired: one public answer.',
    fix: 'Check key, secret, what is covered by the signature, and where you call from; the audit log has the reason.',
  },
  request_stale: {
    status: 401,
    title: 'The request was signed too long ago, or in the future.',
    cause: 'The signature is right but `created` lies outside the window, so a clock is off.',
    fix: 'Synchronise the clock; the Date field of this answer is the time of the server.',
  },
  request_replayed: {
    status: 401,
    title: 'This request was already received.',
    cause: 'The nonce was used before with this key.',
    fix: 'Sign every attempt anew with a fresh nonce.',
  },
  session_invalid: {
    status: 401,
    title: 'A live session is required.',
    cause: 'No session id, or the session ended, idled out, was revoked or belongs to another key.',
    fix: 'Start a new session with the same key.',
  },
  insufficient_scope: {
    status: 403,
    title: 'The credentials do not grant the required scope.',
    cause: 'The caller is known but not allowed to do this.',
    fix: 'Use credentials with the scope named in the answer.',
  },
  address_not_allowed: {
    status: 403,
    title: 'Requests from this address are not accepted.',
    cause: 'The address is outside the allowlist of the application.',
    fix: 'Call from an allowed network, or have the operator extend the list.',
  },
  origin_not_allowed: {
    status: 403,
    title: 'Requests from web pages of this origin are not accepted.',
    cause: 'The Origin field names an origin outside the allowlist.',
    fix: 'Call from a server, or have the operator allow the origin.',
  },
  not_found: {
    status: 404,
    title: 'There is nothing here.',
    cause: 'No route matches, or the resource does not exist for this caller.',
    fix: 'Check the path and the identifier.',
  },
  method_not_allowed: {
    status: 405,
    title: 'The method is not allowed here.',
    cause: 'HEAD, OPTIONS, an unknown method, or one this path does not serve.',
    fix: 'Use a method from the Allow field.',
  },
  body_incomplete: {
    status: 408,
    title: 'The request did not arrive in time.',
    cause: 'The header section or the body came too slowly, or the client went away.',
    fix: 'Send the whole request at once and try again.',
  },
  idempotency_conflict: {
    status: 409,
    title: 'The identifier was already used for something else.',
    cause: 'A client identifier that marks one operation came back with another content.',
    fix: 'Use a new identifier, or repeat the first content exactly.',
  },
  body_too_large: {
    status: 413,
    title: 'The request body is too large.',
    cause: 'More bytes than the limit arrived, or were announced.',
    fix: 'Send less than the limit named in the documentation.',
  },
  media_type_unsupported: {
    status: 415,
    title: 'The media type or content coding is not supported.',
    cause: 'Not application/json, another charset than UTF-8, or a Content-Encoding.',
    fix: 'Send application/json, uncompressed.',
  },
  expectation_failed: {
    status: 417,
    title: 'The expectation cannot be met.',
    cause: 'An Expect field other than 100-continue.',
    fix: 'Leave the Expect field out.',
  },
  body_invalid: {
    status: 422,
    title: 'The body does not match the schema.',
    cause: 'An unknown, missing or ill-typed field, or a value out of range.',
    fix: 'See `errors` for the field and the rule.',
  },
  order_refused: {
    status: 422,
    title: 'The order was refused.',
    cause: 'A pre-trade rule does not allow this order now.',
    fix: 'See `errors[].rule`.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests.',
    cause: 'A quota is used up, or credentials were wrong too often.',
    fix: 'Wait for Retry-After, or exactly for `retryAfterMs`.',
  },
  headers_too_large: {
    status: 431,
    title: 'The header section is too large.',
    cause: 'More header bytes or fields than the limit.',
    fix: 'Send fewer or shorter fields.',
  },
  internal_error: {
    status: 500,
    title: 'The service failed.',
    cause: 'A handler threw. It is logged with the request id.',
    fix: 'Report the request id.',
  },
  guard_failed: {
    status: 503,
    title: 'The request could not be checked.',
    cause: 'A guard threw, was late or was misused; nothing was let through.',
    fix: 'Try again; if it stays, report the request id.',
  },
  dependency_unavailable: {
    status: 503,
    title: 'A service this one depends on is unavailable.',
    cause: 'A store, issuer or venue is down, slow or full, or this service is shutting down.',
    fix: 'Try again after Retry-After.',
  },
}
