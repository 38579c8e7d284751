import { constants, type SigningOptions } from 'node:crypto'

/** The asymmetric signature algorithms of RFC 7518 section 3, RFC 8037 and RFC 9864 that this package can verify. */
export type JwsAlgorithm =
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'Ed25519'
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'

// RFC 7518 section 3.5: the salt is exactly as long as the digest.
const PSS: SigningOptions = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
}

/** What verifying with one algorithm takes. */
export interface AlgorithmParameters {
  readonly kty: 'EC' | 'OKP' | 'RSA'
  /** The curve; an RSA key has none. */
  readonly crv: string | undefined
  /** The digest; Ed25519 has its own. */
  readonly hash: string | null
  readonly signing: SigningOptions
}

/** Every verifiable algorithm. There is no `none` and no HMAC to be confused with. */
export const ALGORITHMS: Readonly<Record<JwsAlgorithm, AlgorithmParameters>> = {
  ES256: ecdsa('P-256', 'sha256'),
  ES384: ecdsa('P-384', 'sha384'),
  ES512: ecdsa('P-521', 'sha512'),
  EdDSA: { kty: 'OKP', crv: 'Ed25519', hash: null, signing: {} },
  Ed25519: { kty: 'OKP', crv: 'Ed25519', hash: null, signing: {} },
  RS256: rsa('sha256', { padding: constants.RSA_PKCS1_PADDING }),
  RS384: rsa('sha384', { padding: constants.RSA_PKCS1_PADDING }),
  RS512: rsa('sha512', { padding: constants.RSA_PKCS1_PADDING }),
  PS256: rsa('sha256', PSS),
  PS384: rsa('sha384', PSS),
  PS512: rsa('sha512', PSS),
}

/** Allowed when an application does not choose. */
export const DEFAULT_ALGORITHMS: readonly JwsAlgorithm[] = ['ES256', 'ES384', 'EdDSA', 'Ed25519', 'RS256', 'PS256']

// RFC 7518 section 3.4: the signature is R || S, not DER.
function ecdsa(crv: string, hash: string): AlgorithmParameters {
  return { kty: 'EC', crv, hash, signing: { dsaEncoding: 'ieee-p1363' } }
}

function rsa(hash: string, signing: SigningOptions): AlgorithmParameters {
  return { kty: 'RSA', crv: undefined, hash, signing }
}
