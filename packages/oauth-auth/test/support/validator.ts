import { randomBytes } from 'node:crypto'
import { createTokenValidator, type TokenValidator, type TokenValidatorOptions, type Verdict } from '../../src/index.ts'
import { authorizationServer, json, type AuthorizationServer } from './authorization-server.ts'
import { AUDIENCE, goodClaims, ISSUER, signingKey, signToken, type SigningKey } from './issuer.ts'
import { virtualClock, type VirtualClock } from './virtual-clock.ts'

/** A validator in front of a real authorization server, in virtual time. */
export interface Setup {
  readonly server: AuthorizationServer
  readonly clock: VirtualClock
  readonly key: SigningKey
  readonly validator: TokenValidator
  /** A good token but for what is said otherwise; no two are equal. */
  token(claims?: Record<string, unknown>, header?: Record<string, unknown>): string
}

type Options = Partial<TokenValidatorOptions>

/** Starts server and validator; the validator knows no keys yet. */
export async function setup(options: Options | ((server: AuthorizationServer) => Options) = {}): Promise<Setup> {
  const key = signingKey('ES256')
  const clock = virtualClock()
  const server = await authorizationServer(json({ keys: [key.jwk] }))
  const validator = createTokenValidator({
    issuer: ISSUER,
    audience: AUDIENCE,
    jwksUri: server.jwksUri,
    fetch: server.fetch,
    fingerprintKey: { keyId: 'test', key: randomBytes(32) },
    clock,
    ...(typeof options === 'function' ? options(server) : options),
  })
  let count = 0
  return {
    server,
    clock,
    key,
    validator,
    token: (claims, header) => signToken(key, goodClaims(clock.now(), { jti: `token-${++count}`, ...claims }), header),
  }
}

/** Stops both. */
export async function tearDown({ server, validator }: Setup): Promise<void> {
  validator.close()
  await server.close()
}

/** `accepted`, or the reason why not. */
export async function outcome(verdict: Verdict | Promise<Verdict>): Promise<string> {
  const settled = await verdict
  return settled.ok ? 'accepted' : settled.reason
}
