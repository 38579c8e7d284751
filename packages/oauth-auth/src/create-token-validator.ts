import { systemClock } from '@ringfence/guard'
import { Introspector } from './introspection/introspector.ts'
import { isJwt } from './is-jwt.ts'
import { DEFAULT_ALGORITHMS } from './jws/algorithms.ts'
import { JwtVerifier } from './jwt-verifier.ts'
import { keyLoader } from './keys/load-keys.ts'
import { memoryRevocations } from './memory-revocations.ts'
import { scopeHierarchy } from './scope-hierarchy.ts'
import { fingerprinter } from './token-fingerprint.ts'
import type { TokenValidator, TokenValidatorOptions, ValidatorEvent } from './token-validator.ts'
import { readOptions } from './validator-options.ts'
import { Validator } from './validator.ts'

/**
 * Makes a validator of the access tokens of one issuer: JWTs (RFC 9068), opaque ones (RFC 7662) or both. No request
 * leaves before the first token arrives or `ready()` is asked.
 *
 * @throws RingfenceError `option_invalid`
 *
 * @example
 * ```ts
 * const validator = createTokenValidator({ issuer, audience: 'https://tools.example/mcp', fetch, fingerprintKey })
 * const verdict = await validator.validate(token)
 * if (!verdict.ok) console.error(verdict.code, verdict.reason)
 * ```
 */
export function createTokenValidator(options: TokenValidatorOptions): TokenValidator {
  const { policy, deadlineMs, cache } = readOptions(options)
  const { fetch, introspection, jwksUri, algorithms = DEFAULT_ALGORITHMS, clock = systemClock } = options
  const onEvent = listener(options.onEvent)
  const jwts =
    jwksUri === false
      ? undefined
      : new JwtVerifier({
          policy,
          algorithms,
          load: keyLoader({ issuer: policy.issuer, jwksUri, algorithms, fetch }),
          clock,
          onEvent,
        })
  const opaque = introspection && new Introspector({ introspection, policy, fetch, clock, onEvent })
  return new Validator({
    policy,
    verifierOf: (token) => (isJwt(token) ? jwts : opaque),
    verifiers: [jwts, opaque].filter((verifier) => verifier !== undefined),
    revocations: options.revocations ?? memoryRevocations({ clock }),
    expandScopes: scopeHierarchy(options.scopeHierarchy ?? {}),
    fingerprints: fingerprinter(options.fingerprintKey),
    deadlineMs,
    cache,
    clock,
  })
}

/** A listener that fails must not decide what happens to a token. */
function listener(onEvent: (event: ValidatorEvent) => void = () => {}): (event: ValidatorEvent) => void {
  return (event) => {
    try {
      onEvent(event)
    } catch {
      // Its own business.
    }
  }
}
