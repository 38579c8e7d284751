import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { ALGORITHMS, type JwsAlgorithm } from '../../src/jws/algorithms.ts'

/** A signing key of a test issuer. */
export interface SigningKey {
  readonly kid: string
  readonly alg: JwsAlgorithm
  readonly privateKey: KeyObject
  readonly jwk: Record<string, unknown>
}

/** Generates a key pair for one algorithm. */
export function signingKey(alg: JwsAlgorithm, kid: string = `kid-${alg}`): SigningKey {
  const { privateKey, publicKey } = generate(alg)
  return { kid, alg, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } }
}

/** Signs anything, however ill-formed: a text or bytes are taken as they are, an object is serialised. */
export function signToken(key: SigningKey, payload: unknown, header: Record<string, unknown> | string = {}): string {
  const head =
    typeof header === 'string' ? header : JSON.stringify({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header })
  const body = typeof payload === 'string' || payload instanceof Uint8Array ? payload : JSON.stringify(payload)
  const input = `${encode(head)}.${encode(body)}`
  return `${input}.${signatureOf(key, input)}`
}

/** The signature of `header.payload`, in base64url. */
export function signatureOf(key: SigningKey, input: string): string {
  const { hash, options } = ALGORITHMS[key.alg]
  const privateKey = { key: key.privateKey, dsaEncoding: 'ieee-p1363' as const, ...options }
  return sign(hash, Buffer.from(input), privateKey).toString('base64url')
}

/** Base64url. */
export function encode(data: string | Uint8Array): string {
  return Buffer.from(data as Uint8Array).toString('base64url')
}

/** The claims of a good token. */
export function goodClaims(now: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  const seconds = Math.floor(now / 1_000)
  return {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'agent-7',
    client_id: 'client-1',
    jti: 'token-1',
    iat: seconds,
    exp: seconds + 600,
    scope: 'tools:read tools:write',
    ...more,
  }
}

export const ISSUER = 'https://issuer.example'
export const AUDIENCE = 'https://tools.example/mcp'

function generate(alg: JwsAlgorithm): { privateKey: KeyObject; publicKey: KeyObject } {
  const { kty, crv } = ALGORITHMS[alg]
  if (kty === 'EC') return generateKeyPairSync('ec', { namedCurve: crv! })
  if (kty === 'OKP') return generateKeyPairSync('ed25519')
  return generateKeyPairSync('rsa', { modulusLength: 2_048 })
}
