import { generateKeyPairSync, sign } from 'node:crypto'

/** The key of an issuer that exists in a test only. */
export interface TokenSigner {
  /** The public key, as an issuer publishes it. */
  readonly jwk: object
  /** A token good for a minute, but for what is said otherwise. */
  sign(claims: { readonly iss: string; readonly [name: string]: unknown }, typ?: string): string
}

export function tokenSigner(): TokenSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
  return {
    jwk: { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256' },
    sign(claims, typ = 'at+jwt') {
      const iat = Math.floor(Date.now() / 1_000)
      const input = `${encode({ alg: 'ES256', kid: 'k1', typ })}.${encode({ sub: 'agent', iat, exp: iat + 60, ...claims })}`
      return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
    },
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
