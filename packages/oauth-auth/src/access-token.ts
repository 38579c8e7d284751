import type { Jws } from './jws/parse-jws.ts'
import { parseJsonObject, type JsonObject } from './jws/strict-json.ts'
import { canonicalUri } from './canonical-uri.ts'
import { parseScope } from './parse-scope.ts'
import type { Rejection, TokenInfo } from './verdict.ts'

/** The claims of an access token, checked and in milliseconds; a {@link TokenInfo} still without its fingerprint. */
export type AccessToken = Omit<TokenInfo, 'fingerprint'>

/** What an access token must say to be meant for this server. */
export interface AccessTokenPolicy {
  readonly issuer: string
  /** The names of this resource, canonical: the token must carry at least one. */
  readonly audience: ReadonlySet<string>
  /** Other audiences a token may name beside ours, canonical. */
  readonly otherAudiences: ReadonlySet<string>
  /** How far the issuer's clock may be ahead (ms). Expiry gets no tolerance. */
  readonly clockToleranceMs: number
  /** The longest `exp - iat` accepted (ms). */
  readonly maxLifetimeMs: number
}

/**
 * Checks the claims of a JWT access token (RFC 9068 sections 2.2 and 4) at `now` (ms since the epoch). The signature is
 * another matter: a token that fails here is bad whoever signed it, so it costs neither crypto nor a request.
 */
export function checkAccessToken(jws: Jws, policy: AccessTokenPolicy, now: number): AccessToken | Rejection {
  // RFC 9068 section 4: any other type is another kind of token of the same issuer, for example an ID token.
  if (jws.typ === undefined || !TYPES.includes(jws.typ.toLowerCase())) return 'wrong_type'
  const claims = parseJsonObject(jws.payload)
  if (claims === undefined) return 'malformed'
  // RFC 9449 section 7.2 and RFC 8705 section 3: whoever presents a bound token must prove more than having it.
  if (Object.hasOwn(claims, 'cnf')) return 'sender_constrained'

  const token = readClaims(claims)
  if (token === undefined) return 'claims_invalid'
  if (token.issuer !== policy.issuer) return 'wrong_issuer'
  if (!isForUs(token.audience, policy)) return 'wrong_audience'
  if (token.expiresAt - token.issuedAt > policy.maxLifetimeMs) return 'lifetime_too_long'
  return checkTime(token, policy.clockToleranceMs, now) ?? token
}

/** The part of the verdict that changes by itself; asked again whenever a stored verdict is used. */
export function checkTime(
  token: Pick<AccessToken, 'issuedAt' | 'notBefore' | 'expiresAt'>,
  clockToleranceMs: number,
  now: number,
): Rejection | undefined {
  if (!(now < token.expiresAt)) return 'expired'
  if (Math.max(token.issuedAt, token.notBefore ?? 0) - clockToleranceMs > now) return 'not_yet_valid'
  return undefined
}

/** The seven required claims (RFC 9068 section 2.2) with `nbf` and `scope`, each of the right type. */
function readClaims(claims: JsonObject): AccessToken | undefined {
  const { iss: issuer, sub: subject, client_id: clientId, jti: tokenId } = claims
  if (!isText(issuer) || !isText(subject) || !isText(clientId) || !isText(tokenId)) return undefined
  const audience = readAudience(claims['aud'])
  const scopes = claims['scope'] === undefined ? [] : parseScope(claims['scope'])
  const issuedAt = readDate(claims['iat'])
  const expiresAt = readDate(claims['exp'])
  const notBefore = readDate(claims['nbf'])
  if (audience === undefined || scopes === undefined || issuedAt === undefined || expiresAt === undefined) {
    return undefined
  }
  if (notBefore === undefined && claims['nbf'] !== undefined) return undefined
  return { issuer, subject, clientId, audience, scopes, tokenId, issuedAt, expiresAt, notBefore }
}

function isText(value: unknown): value is string {
  // A lone surrogate would turn into the same replacement character as any other once it is encoded.
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_TEXT && !LONE_SURROGATE.test(value)
}

/** RFC 7519 section 4.1.3: one string, or an array of them. */
function readAudience(value: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.length > 0 && list.length <= MAX_AUDIENCES && list.every(isText) ? Object.freeze(list) : undefined
}

/** RFC 7519 section 2, NumericDate: seconds, possibly fractional; here milliseconds. */
function readDate(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= MAX_DATE ? value * 1_000 : undefined
}

/** RFC 8707 section 2. A token that also opens somebody else's door was not made for us, unless that is configured. */
function isForUs(audience: readonly string[], policy: AccessTokenPolicy): boolean {
  const names = audience.map(canonicalUri)
  return (
    names.some((name) => policy.audience.has(name)) &&
    names.every((name) => policy.audience.has(name) || policy.otherAudiences.has(name))
  )
}

/** RFC 9068 section 4 with RFC 7515 section 4.1.9: media types compare without case, `application/` may be left out. */
const TYPES: readonly string[] = ['at+jwt', 'application/at+jwt']

/** Characters of one textual claim; a client id may be a URL. */
const MAX_TEXT = 2_048

const LONE_SURROGATE = /\p{Surrogate}/u

const MAX_AUDIENCES = 16

/** The last second of the year 9999. */
const MAX_DATE = 253_402_300_799
