import { createPublicKey, verify, type JsonWebKey, type KeyObject } from 'node:crypto'
import { ALGORITHMS, type JwsAlgorithm } from './algorithms.ts'
import { decodeBase64url } from './base64url.ts'
import { derSignature } from './der-signature.ts'
import { isRoca } from './is-roca.ts'
import type { Jws } from './parse-jws.ts'
import { isObject, type JsonObject } from './strict-json.ts'

/** A public key together with the algorithms it may be used with. */
export interface VerificationKey {
  readonly kid: string | undefined
  /** May a signature of this algorithm be verified with this key (RFC 8725 section 3.1)? */
  accepts(alg: string): boolean
  /** True iff the signature is right; the caller has asked `accepts` before. */
  verify(jws: Jws): boolean
}

/**
 * Makes a verification key of one JWK (RFC 7517), or answers undefined when it is not a public signature key that an
 * allowed algorithm can use: wrong `use` or `key_ops`, private or symmetric, off its curve, or an RSA key too small or
 * too flawed to be safe, or too large to be cheap.
 */
export function importJwk(jwk: unknown, allowed: readonly JwsAlgorithm[]): VerificationKey | undefined {
  if (!isObject(jwk) || !isForVerification(jwk)) return undefined
  const { kid, alg } = jwk
  if (kid !== undefined && typeof kid !== 'string') return undefined
  const algorithms = new Set<string>(allowed.filter((name) => fits(name, jwk) && agrees(name, alg)))
  if (algorithms.size === 0) return undefined
  const key = importPublic(jwk)
  if (key === undefined) return undefined
  return {
    kid,
    accepts: (name) => algorithms.has(name),
    verify: ({ alg: name, signingInput, signature }) => {
      const { hash, half, options } = ALGORITHMS[name as JwsAlgorithm]
      const encoded = half === undefined ? signature : derSignature(signature, half)
      return encoded !== undefined && verify(hash, signingInput, options ? { key, ...options } : key, encoded)
    },
  }
}

function isForVerification(jwk: JsonObject): boolean {
  const { use, key_ops: operations } = jwk
  if (use !== undefined && use !== 'sig') return false
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) return false
  // Whoever publishes any private part has given the key away.
  return !PRIVATE_MEMBERS.some((name) => Object.hasOwn(jwk, name))
}

function fits(name: JwsAlgorithm, jwk: JsonObject): boolean {
  const { kty, crv } = ALGORITHMS[name]
  return jwk['kty'] === kty && jwk['crv'] === crv
}

/** A key that names its algorithm is used with no other; RFC 9864 has two names for Ed25519. */
function agrees(name: JwsAlgorithm, alg: unknown): boolean {
  return alg === undefined || alg === name || (isEd25519(name) && isEd25519(alg))
}

function isEd25519(alg: unknown): boolean {
  return alg === 'EdDSA' || alg === 'Ed25519'
}

/** Hands only the members of the public key to the decoder, each of them canonical. */
function importPublic(jwk: JsonObject): KeyObject | undefined {
  const members = MEMBERS[jwk['kty'] as keyof typeof MEMBERS]
  const clean: JsonWebKey = { kty: jwk['kty'] as string }
  if (jwk['crv'] !== undefined) clean.crv = jwk['crv'] as string
  for (const name of members) {
    const value = jwk[name]
    if (typeof value !== 'string' || decodeBase64url(value) === undefined) return undefined
    clean[name] = value
  }
  try {
    const key = createPublicKey({ key: clean, format: 'jwk' })
    return clean.kty !== 'RSA' || isSoundRsa(key, clean.n!) ? key : undefined
  } catch {
    return undefined // for example a point that is not on the curve
  }
}

function isSoundRsa(key: KeyObject, modulus: string): boolean {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  return (
    modulusLength >= MIN_RSA_BITS &&
    modulusLength <= MAX_RSA_BITS &&
    publicExponent >= 3n &&
    publicExponent <= MAX_RSA_EXPONENT &&
    publicExponent % 2n === 1n &&
    !isRoca(BigInt(`0x${Buffer.from(modulus, 'base64url').toString('hex')}`))
  )
}

const MEMBERS: Readonly<Record<'EC' | 'OKP' | 'RSA', readonly string[]>> = {
  EC: ['x', 'y'],
  OKP: ['x'],
  RSA: ['n', 'e'],
}

/** RFC 7518 sections 6.2.2, 6.3.2 and 6.4, RFC 8037 section 2. */
const PRIVATE_MEMBERS: readonly string[] = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** RFC 7518 section 3.3. */
const MIN_RSA_BITS = 2_048

/** A larger modulus or exponent buys nothing and makes every verification a burden. */
const MAX_RSA_BITS = 8_192
const MAX_RSA_EXPONENT = 0xffff_ffffn
