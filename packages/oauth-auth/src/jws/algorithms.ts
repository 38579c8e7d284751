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
  /** What else `verify` must be told. Absent where the defaults are right. */
  readonly options?: SigningOptions
  /** The length of one of the two halves of an ECDSA signature (bytes). */
  readonly half?: number
}

/** Every verifiable algorithm. There is no `none` and no HMAC to be confused with. */
export const ALGORITHMS: Readonly<Record<JwsAlgorithm, AlgorithmParameters>> = {
  ES256: { kty: 'EC', crv: 'P-256', hash: 'sha256', half: 32 },
  ES384: { kty: 'EC', crv: 'P-384', hash: 'sha384', half: 48 },
  ES512: { kty: 'EC', crv: 'P-521', hash: 'sha512', half: 66 },
  EdDSA: { kty: 'OKP', crv: 'Ed25519', hash: null },
  Ed25519: { kty: 'OKP', crv: 'Ed25519', hash: null },
  // The default padding of an RSA key is PKCS #1 v1.5.
  RS256: { kty: 'RSA', crv: undefined, hash: 'sha256' },
  RS384: { kty: 'RSA', crv: undefined, hash: 'sha384' },
  RS512: { kty: 'RSA', crv: undefined, hash: 'sha512' },
  PS256: { kty: 'RSA', crv: undefined, hash: 'sha256', options: PSS },
  PS384: { kty: 'RSA', crv: undefined, hash: 'sha384', options: PSS },
  PS512: { kty: 'RSA', crv: undefined, hash: 'sha512', options: PSS },
}

/** Allowed when an application does not choose. */
export const DEFAULT_ALGORITHMS: readonly JwsAlgorithm[] = ['ES256', 'ES384', 'EdDSA', 'Ed25519', 'RS256', 'PS256']
