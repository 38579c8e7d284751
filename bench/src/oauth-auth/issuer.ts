import { generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign } from 'node:crypto'
import { createTokenValidator, type TokenValidator } from '@ringfence/oauth-auth'

/** What every side demands of a token. */
export const EXPECTED = { issuer: 'https://issuer.example', audience: 'https://tools.example/mcp' }
export const REQUIRED_CLAIMS: string[] = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti']

export type Alg = 'ES256' | 'RS256'

/** An issuer without a network. */
export interface Issuer {
  readonly publicKey: KeyObject
  readonly jwks: { readonly keys: readonly object[] }
  /** A new token. */
  readonly token: () => string
}

export function issuerOf(alg: Alg): Issuer {
  const { publicKey, privateKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2_048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const head = Buffer.from(JSON.stringify({ alg, kid: 'k1', typ: 'at+jwt' })).toString('base64url')
  return {
    publicKey,
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg, use: 'sig' }] },
    token() {
      const iat = Math.floor(Date.now() / 1_000)
      const names = { iss: EXPECTED.issuer, aud: EXPECTED.audience, sub: 'agent-7', client_id: 'client-1' }
      const claims = { ...names, jti: randomUUID(), iat, exp: iat + 3_600, scope: 'tools:info tools:fetch' }
      const input = `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
      const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
      return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
    },
  }
}

/** Knows the keys already: what is measured never waits for anybody. */
export async function validatorOf({ jwks }: Issuer, maxEntries: number): Promise<TokenValidator> {
  const bytes = Buffer.from(JSON.stringify(jwks))
  const validator = createTokenValidator({
    ...EXPECTED,
    jwksUri: `${EXPECTED.issuer}/jwks`,
    fetch: async () => ({ status: 200, headers: new Headers(), bytes }),
    fingerprintKey: { keyId: 'k1', key: randomBytes(32) },
    cache: { maxEntries },
  })
  while (!validator.ready()) await new Promise((resolve) => setImmediate(resolve))
  return validator
}
