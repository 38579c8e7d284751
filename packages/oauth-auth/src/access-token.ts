import type { Jws } from './jws/parse-jws.ts'
import { parseJsonObject, type JsonObject } from './jws/strict-json.ts'
import { canonicalUri } from './canonical-uri.ts'
import { parseScope, parseScopeList } from './parse-scope.ts'
import type { TokenProfile } from './token-profile.ts'
import type { Rejection, TokenInfo } from './verdict.ts'

/** The claims of an access token, checked and in milliseconds; a {@link TokenInfo} still without its fingerprint. */
export type AccessToken = Omit<TokenInfo, 'fingerprint'>

interface Dates {
  readonly issuedAt: number
  readonly expiresAt: number
}

/** What an access token must say to be meant for this server. */
export interface AccessTokenPolicy {
  readonly issuer: string
  /** The names of this resource, canonical: the token must carry at least one. */
  readonly audience: ReadonlySet<string>
  /** Other audiences a token may name beside ours, canonical. */
  readonly otherAudiences: ReadonlySet<string>
  readonly profile: TokenProfile
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
  if (!isOfType(jws.typ, policy.profile.types)) return 'wrong_type'
  const claims = parseJsonObject(jws.payload)
  if (claims === undefined) return 'malformed'
  // RFC 9449 section 7.2 and RFC 8705 section 3: whoever presents a bound token must prove more than having it.
  if (Object.hasOwn(claims, 'cnf')) return 'sender_constrained'

  const token = readClaims(claims, policy.profile)
  if (token === undefined) return 'claims_invalid'
  if (token.issuer !== policy.issuer) return 'wrong_issuer'
  if (!checkAudience(token.audience, policy)) return 'wrong_audience'
  if (token.expiresAt - token.issuedAt > policy.maxLifetimeMs) return 'lifetime_too_long'
  return checkTime(token, policy.clockToleranceMs, now) ?? token
}

/** The part of the verdict that changes by itself; asked again whenever a stored verdict is used. */
export function checkTime(
  { issuedAt = 0, notBefore = 0, expiresAt = Number.POSITIVE_INFINITY }: AccessToken,
  clockToleranceMs: number,
  now: number,
): Rejection | undefined {
  if (!(now < expiresAt)) return 'expired'
  return Math.max(issuedAt, notBefore) - clockToleranceMs > now ? 'not_yet_valid' : undefined
}

/** RFC 8707 section 2. A token that also opens somebody else's door was not made for us, unless that is configured. */
export function checkAudience(audience: readonly string[], policy: AccessTokenPolicy): boolean {
  return (
    audience.some((name) => isIn(policy.audience, name)) &&
    audience.every((name) => isIn(policy.audience, name) || isIn(policy.otherAudiences, name))
  )
}

function isIn(names: ReadonlySet<string>, name: string): boolean {
  return names.has(name) || names.has(canonicalUri(name))
}

/** A claim that is a text: not empty, not too long, and with the same meaning once it is encoded. */
export function readText(value: unknown): string | undefined {
  return isText(value) ? value : undefined
}

/** RFC 7519 section 4.1.3: one string, or an array of them. */
export function readAudience(value: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.length > 0 && list.length <= MAX_AUDIENCES && list.every(isText) ? Object.freeze(list) : undefined
}

/** RFC 7519 section 2, NumericDate: seconds, possibly fractional; here milliseconds. */
export function readDate(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= MAX_DATE ? value * 1_000 : undefined
}

/** The seven required claims (RFC 9068 section 2.2) with `nbf` and `scope`, each of the right type. */
function readClaims(claims: JsonObject, profile: TokenProfile): (AccessToken & Dates) | undefined {
  const { iss, sub, aud, iat, exp, nbf } = claims
  const client = claims[profile.clientId]
  const id = profile.tokenId === null ? undefined : claims[profile.tokenId]
  if (!isText(iss) || !isText(sub) || !isText(client)) return undefined
  if (profile.tokenId !== null && !isText(id)) return undefined
  const audience = readAudience(aud)
  const scopes = readScopes(claims[profile.scope], profile.scopeForm)
  const issuedAt = readDate(iat)
  const expiresAt = readDate(exp)
  const notBefore = readDate(nbf)
  if (audience === undefined || scopes === undefined) return undefined
  if (issuedAt === undefined || expiresAt === undefined) return undefined
  if (notBefore === undefined && nbf !== undefined) return undefined
  const names = { issuer: iss, subject: sub, clientId: client, tokenId: readText(id) }
  return { ...names, audience, scopes, issuedAt, expiresAt, notBefore }
}

function readScopes(value: unknown, form: TokenProfile['scopeForm']): readonly string[] | undefined {
  if (value === undefined) return parseScope('')
  return form === 'list' ? parseScopeList(value) : parseScope(value)
}

/** RFC 7515 section 4.1.9: media types compare without case, and `application/` may be left out. */
function isOfType(typ: string | undefined, types: TokenProfile['types']): boolean {
  if (typ === undefined) return types.includes(null)
  return types.includes(typ) || types.includes(typ.toLowerCase().replace(/^application\//, ''))
}

function isText(value: unknown): value is string {
  // A lone surrogate would turn into the same replacement character as any other once it is encoded.
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_TEXT && value.isWellFormed()
}

/** Characters of one textual claim; a client id may be a URL. */
const MAX_TEXT = 2_048

const MAX_AUDIENCES = 16

/** The last second of the year 9999. */
const MAX_DATE = 253_402_300_799
