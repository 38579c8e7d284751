import {
  checkAudience,
  checkTime,
  readAudience,
  readDate,
  readText,
  type AccessToken,
  type AccessTokenPolicy,
} from '../access-token.ts'
import { parseJsonObject, type JsonObject } from '../jws/strict-json.ts'
import { parseScope } from '../parse-scope.ts'
import type { Rejection } from '../verdict.ts'

/**
 * Reads an introspection answer (RFC 7662 section 2.2): the token it describes if that is active and meant for this
 * server, the reason if not, undefined if it is no such answer.
 */
export function readIntrospection(
  bytes: Uint8Array,
  policy: AccessTokenPolicy,
  options: { readonly acceptWithoutExpiry: boolean; readonly now: number },
): AccessToken | Rejection | undefined {
  const answer = parseJsonObject(bytes)
  if (typeof answer?.['active'] !== 'boolean') return undefined
  if (!answer['active']) return 'inactive'
  // RFC 9449 section 6.2 and RFC 8705 section 3.2: a bound token is no bearer token.
  if (Object.hasOwn(answer, 'cnf') || !isBearer(answer['token_type'])) return 'sender_constrained'

  const token = readToken(answer, policy)
  if (token === undefined) return 'claims_invalid'
  if (token.issuer !== policy.issuer) return 'wrong_issuer'
  if (!checkAudience(token.audience, policy)) return 'wrong_audience'
  if (token.expiresAt === undefined && !options.acceptWithoutExpiry) return 'claims_invalid'
  const lifetime = (token.expiresAt ?? 0) - (token.issuedAt ?? options.now)
  if (lifetime > policy.maxLifetimeMs) return 'lifetime_too_long'
  return checkTime(token, policy.clockToleranceMs, options.now) ?? token
}

function isBearer(type: unknown): boolean {
  return type === undefined || (typeof type === 'string' && type.toLowerCase() === 'bearer')
}

/**
 * Everything but `active` is optional in RFC 7662. Who the client is and whom the token is for must be said all the
 * same; a token without a subject acts for its client (RFC 9068 section 2.2), and the issuer is the one we asked.
 */
function readToken(answer: JsonObject, policy: AccessTokenPolicy): AccessToken | undefined {
  const { client_id: client, sub = client, iss = policy.issuer, aud, jti, scope = '', iat, exp, nbf } = answer
  const issuer = readText(iss)
  const subject = readText(sub)
  const clientId = readText(client)
  const audience = readAudience(aud)
  const scopes = parseScope(scope)
  if (issuer === undefined || subject === undefined || clientId === undefined) return undefined
  if (audience === undefined || scopes === undefined) return undefined
  const tokenId = readText(jti)
  const issuedAt = readDate(iat)
  const expiresAt = readDate(exp)
  const notBefore = readDate(nbf)
  const optional = [
    [jti, tokenId],
    [iat, issuedAt],
    [exp, expiresAt],
    [nbf, notBefore],
  ]
  if (optional.some(([sent, read]) => sent !== undefined && read === undefined)) return undefined
  return { issuer, subject, clientId, audience, scopes, tokenId, issuedAt, expiresAt, notBefore }
}
