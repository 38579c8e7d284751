import { createLocalJWKSet, jwtVerify, type JWK } from 'jose'
import { createTokenValidator, type TokenValidator } from '../../src/index.ts'
import { AUDIENCE, ISSUER } from './issuer.ts'
import { seeded } from './random.ts'
import { generateToken, keyring, type Keyring } from './token-generator.ts'
import { outcome } from './validator.ts'
import { virtualClock } from './virtual-clock.ts'

/** What comparing with jose found. */
export interface Comparison {
  accepted: number
  refused: number
  /** Refused by us alone, by the rule that jose does not know. */
  stricter: Record<string, number>
  /** Disagreements that no rule explains: there must be none. */
  unexplained: string[]
}

/** Shows so many generated tokens to this package and to jose, which is told everything it can be told. */
export async function compareWithJose(count: number, seed: number): Promise<Comparison> {
  const random = seeded(seed)
  const clock = virtualClock()
  const keys = keyring()
  const validator = validatorOf(keys, clock)
  const jose = joseOf(keys, clock.now())
  const result: Comparison = { accepted: 0, refused: 0, stricter: {}, unexplained: [] }
  for (let i = 0; i < count; i++) {
    const { token, oddities, stricter } = generateToken(random, keys, clock.now())
    const ours = await outcome(validator.validate(token))
    const theirs = await jose(token)
    const accepted = ours === 'accepted'
    if (accepted) result.accepted++
    else result.refused++
    if (accepted === theirs) continue
    const [rule] = stricter
    if (accepted || rule === undefined) result.unexplained.push(`seed ${seed}, ${i}: ${ours}: ${oddities.join(', ')}`)
    else result.stricter[rule] = (result.stricter[rule] ?? 0) + 1
  }
  validator.close()
  return result
}

/** A validator that has these keys without a network. */
export function validatorOf({ trusted }: Keyring, clock: ReturnType<typeof virtualClock>): TokenValidator {
  const bytes = Buffer.from(JSON.stringify({ keys: trusted.map(({ jwk }) => jwk) }))
  return createTokenValidator({
    issuer: ISSUER,
    audience: AUDIENCE,
    jwksUri: 'https://issuer.example/jwks',
    fetch: () => Promise.resolve({ status: 200, headers: new Headers(), bytes }),
    fingerprintKey: { keyId: 'test', key: Buffer.alloc(32) },
    clock,
  })
}

function joseOf({ trusted }: Keyring, now: number): (token: string) => Promise<boolean> {
  const keySet = createLocalJWKSet({ keys: trusted.map(({ jwk }) => jwk as JWK) })
  const options = {
    issuer: ISSUER,
    audience: AUDIENCE,
    typ: 'at+jwt',
    algorithms: ['ES256', 'ES384', 'EdDSA', 'Ed25519', 'RS256', 'PS256'],
    requiredClaims: ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'],
    currentDate: new Date(now),
  }
  return (token) =>
    jwtVerify(token, keySet, options).then(
      () => true,
      () => false,
    )
}
