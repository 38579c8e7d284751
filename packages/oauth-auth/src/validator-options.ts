import { RingfenceError } from '@ringfence/errors'
import type { AccessTokenPolicy } from './access-token.ts'
import type { CacheLimits } from './cache/result-cache.ts'
import { canonicalUri } from './canonical-uri.ts'
import { isConfidential } from './is-confidential.ts'
import type { TokenValidatorOptions } from './token-validator.ts'
import { ALGORITHMS } from './jws/algorithms.ts'
import { TOKEN_PROFILES, type TokenProfile } from './token-profile.ts'

/** Checks the options of a validator and fills in the defaults. */
export function readOptions(options: TokenValidatorOptions): {
  readonly policy: AccessTokenPolicy
  readonly deadlineMs: number
  readonly cache: CacheLimits
} {
  const { issuer, audience, otherAudiences = [], jwksUri, introspection, algorithms = [], cache = {} } = options
  assertEndpoint('issuer', issuer)
  // RFC 8414 section 2: an issuer identifier has neither query nor fragment.
  if (/[?#]/.test(issuer)) invalid('issuer', 'must have no query and no fragment')
  if (typeof jwksUri === 'string') assertEndpoint('jwksUri', jwksUri)
  if (jwksUri === false && introspection === undefined) invalid('jwksUri', 'is needed where nothing is introspected')
  if (introspection !== undefined) {
    assertEndpoint('introspection.url', introspection.url)
    if (introspection.clientId === '') invalid('introspection.clientId', 'must not be empty')
    if (introspection.clientSecret === '') invalid('introspection.clientSecret', 'must not be empty')
  }
  const own = typeof audience === 'string' ? [audience] : audience
  if (own.length === 0 || ![...own, ...otherAudiences].every((name) => typeof name === 'string' && name !== '')) {
    invalid('audience', 'must name this resource at least once')
  }
  if (options.algorithms?.length === 0) invalid('algorithms', 'must allow at least one')
  for (const name of algorithms) if (!Object.hasOwn(ALGORITHMS, name)) invalid('algorithms', 'has an unknown name')
  return {
    policy: {
      issuer,
      audience: new Set(own.map(canonicalUri)),
      otherAudiences: new Set(otherAudiences.map(canonicalUri)),
      profile: readProfile({ ...TOKEN_PROFILES.rfc9068, ...options.profile }),
      clockToleranceMs: within('clockToleranceMs', options.clockToleranceMs ?? 5_000, 0, 60_000),
      maxLifetimeMs: within('maxLifetimeMs', options.maxLifetimeMs ?? 86_400_000, 1_000, 2_592_000_000),
    },
    deadlineMs: within('deadlineMs', options.deadlineMs ?? 450, 1, 10_000),
    cache: {
      maxEntries: within('cache.maxEntries', cache.maxEntries ?? 10_000, 0, 1_000_000),
      ttlMs: within('cache.ttlMs', cache.ttlMs ?? 60_000, 1, 60_000),
    },
  }
}

function readProfile(profile: TokenProfile): TokenProfile {
  const { types, clientId, scope, scopeForm, tokenId } = profile
  if (types.length === 0 || !types.every((type) => type === null || MEDIA_TYPE.test(type))) {
    invalid('profile.types', 'must be media types in lower case and without "application/", or null')
  }
  if ([clientId, scope, tokenId].includes('')) invalid('profile', 'must name claims')
  if (!['text', 'list'].includes(scopeForm)) invalid('profile.scopeForm', 'must be "text" or "list"')
  return profile
}

function assertEndpoint(name: string, text: string): void {
  if (typeof text !== 'string' || !URL.canParse(text)) invalid(name, 'must be an absolute URL')
  const url = new URL(text)
  if (!isConfidential(url)) invalid(name, 'must be https, or http on a loopback address')
  if (url.username !== '' || url.password !== '') invalid(name, 'must not carry credentials')
}

function within(name: string, value: number, min: number, max: number): number {
  if (!(value >= min && value <= max)) invalid(name, `must be between ${min} and ${max}`)
  return value
}

function invalid(name: string, rule: string): never {
  throw new RingfenceError('option_invalid', `createTokenValidator: ${name} ${rule}`)
}

const MEDIA_TYPE = /^(?!application\/)[a-z0-9.+/-]+$/
