import { inspect } from 'node:util'
import { afterEach, beforeEach, expect } from 'vitest'
import { createRequest, guards, type GuardRequest } from '@ringfence/guard'
import { verifies, violates } from '@ringfence/policy'
import {
  bearerAuth,
  type Rejected,
  type TokenValidator,
  type TokenValidatorOptions,
  type Verdict,
} from '../src/index.ts'
import { mcpAuthInfo } from '../src/mcp.ts'
import { cut, drip, flood, hang, json, status } from './support/authorization-server.ts'
import { AUDIENCE, encode, goodClaims, signingKey, signToken } from './support/issuer.ts'
import { outcome, setup, tearDown, type Setup } from './support/validator.ts'

const REJECTED: Rejected = { ok: false, code: 'credentials_invalid', reason: 'malformed' }

let s: Setup

beforeEach(async () => {
  s = await setup()
})
afterEach(() => tearDown(s))

verifies('TS-05', 'no request gets past bearerAuth without a good token for this resource', async () => {
  expect(await admitted(s.validator)).toEqual(['a good token'])
})
violates('TS-05', 'a validator that decodes without verifying', async () => {
  const good = await s.validator.validate(s.token())
  const decoding = wrap((token) => {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
    return payload.includes('"sub"') ? good : REJECTED
  })
  expect(await admitted(decoding)).toContain('the signature of another key')
})

verifies('TS-09', 'what is refused gets the status and the challenge of RFC 6750 and MCP', async () => {
  expect(await wrongAnswers(s.validator)).toEqual([])
})
violates('TS-09', 'a validator that calls a bad token a broken dependency', async () => {
  const confused = wrap(async (token) => {
    const verdict = await s.validator.validate(token)
    return verdict.ok ? verdict : { ok: false, code: 'dependency_unavailable', reason: 'late', retryAfterMs: 1_000 }
  })
  expect(await wrongAnswers(confused)).not.toEqual([])
})

verifies('TS-07/deadline', 'an issuer and a denylist that hang do not hold an answer up for 500 ms', async () => {
  s.server.behave(hang)
  expect(await slowest(() => s.validator.validate(s.token()))).toBeLessThan(500)
  const hanging = await setup({ revocations: { revoke: () => {}, isRevoked: () => new Promise(() => {}) } })
  expect(await slowest(() => hanging.validator.validate(hanging.token()))).toBeLessThan(500)
  await tearDown(hanging)
})
violates('TS-07/deadline', 'a longer deadline', async () => {
  const patient = await setup({ deadlineMs: 700 })
  patient.server.behave(hang)
  expect(await slowest(() => patient.validator.validate(patient.token()))).toBeGreaterThan(500)
  await tearDown(patient)
})

verifies('TS-07/late', 'whatever the issuer does instead of answering, the caller gets a 503', async () => {
  expect(await codesWhileAway((away) => away.validator)).toEqual(new Set(['dependency_unavailable']))
})
violates('TS-07/late', 'a validator that calls a token bad because its issuer is away', async () => {
  const rash = (away: Setup): TokenValidator =>
    wrap(async (token) => {
      const verdict = await away.validator.validate(token)
      return verdict.ok ? verdict : REJECTED
    })
  expect(await codesWhileAway(rash)).toContain('credentials_invalid')
})

verifies('TS-08/cached', 'a second validation within 60 s asks nobody, a later one does', async () => {
  const opaque = await introspecting()
  expect(await requestsAt(opaque, [0, 59_999, 60_000])).toEqual([1, 1, 2])
  await tearDown(opaque)
})
violates('TS-08/cached', 'a validator without a cache', async () => {
  const opaque = await introspecting({ cache: { maxEntries: 0 } })
  expect(await requestsAt(opaque, [0, 59_999, 60_000])).not.toEqual([1, 1, 2])
  await tearDown(opaque)
})

verifies('TS-08/expiry', 'a remembered token is refused in the instant it expires', async () => {
  expect(await lastAcceptedBeforeExpiry(s.validator)).toBe(20_000 - 1)
})
violates('TS-08/expiry', 'a cache that looks at its own time only', async () => {
  expect(await lastAcceptedBeforeExpiry(memoizing())).toBeGreaterThanOrEqual(20_000)
})

verifies('TS-08/bounded', 'no more than the stated number of results is remembered', async () => {
  const small = await setup({ cache: { maxEntries: 10 } })
  expect(await rememberedOf(30, small, small.validator)).toBe(10)
  await tearDown(small)
})
violates('TS-08/bounded', 'a cache that never lets go', async () => {
  expect(await rememberedOf(30, s, memoizing())).toBe(30)
})

verifies('TS-08/revoked', 'a remembered token is refused once it is revoked', async () => {
  expect(await outcomeAfterRevocation(s.validator)).toBe('revoked')
})
violates('TS-08/revoked', 'a cache that is not asked about revocations', async () => {
  expect(await outcomeAfterRevocation(memoizing())).toBe('accepted')
})

verifies('TS-20', 'no part of a token is in anything that leaves the package', async () => {
  expect(await leaks(s.validator)).toEqual([])
})
violates('TS-20', 'a verdict that carries the token', async () => {
  const careless = wrap(async (token) => {
    const verdict = await s.validator.validate(token)
    return verdict.ok ? { ...verdict, token: { ...verdict.token, raw: token } } : verdict
  })
  expect(await leaks(careless)).not.toEqual([])
})

/** Which of a battery of requests get past the guard. */
async function admitted(validator: TokenValidator): Promise<string[]> {
  const good = s.token()
  const [header, payload] = good.split('.') as [string, string]
  const battery: Record<string, string[]> = {
    'no credentials': [],
    'other credentials': ['Basic dXNlcjpwYXNz'],
    'an empty token': ['Bearer '],
    'a good token': [`Bearer ${good}`],
    'a good token twice': [`Bearer ${good}`, `Bearer ${good}`],
    'no signature': [`Bearer ${header}.${payload}.`],
    'alg none': [`Bearer ${encode('{"alg":"none","typ":"at+jwt"}')}.${payload}.`],
    'the signature of another key': [`Bearer ${signToken(signingKey('ES256', s.key.kid), goodClaims(s.clock.now()))}`],
    'another audience': [`Bearer ${s.token({ aud: 'https://other.example' })}`],
    'another issuer': [`Bearer ${s.token({ iss: 'https://other.example' })}`],
    'an expired token': [`Bearer ${s.token({ exp: s.clock.now() / 1_000 })}`],
    'an ID token': [`Bearer ${s.token({}, { typ: 'JWT' })}`],
    'a bound token': [`Bearer ${s.token({ cnf: { jkt: 'AAAA' } })}`],
  }
  const names: string[] = []
  for (const [name, fields] of Object.entries(battery)) {
    const { ok } = await guards()
      .use(bearerAuth({ validator, resource: AUDIENCE }))
      .run(request(fields))
    if (ok) names.push(name)
  }
  return names
}

/** Which refusals differ from what the standards ask for. */
async function wrongAnswers(validator: TokenValidator): Promise<string[]> {
  const metadata = 'resource_metadata="https://tools.example/.well-known/oauth-protected-resource/mcp"'
  const invalid = /^Bearer error="invalid_token", /
  const battery: [fields: string[], code: string, challenge: RegExp][] = [
    [[], 'credentials_missing', /^Bearer resource_metadata=/],
    [['Basic dXNlcjpwYXNz'], 'credentials_missing', /^Bearer resource_metadata=/],
    [['Bearer a b'], 'credentials_malformed', /^Bearer error="invalid_request", /],
    [['Bearer opaque'], 'credentials_invalid', invalid],
    [[`Bearer ${s.token({ exp: 1 })}`], 'credentials_invalid', invalid],
    [[`Bearer ${s.token({ aud: 'https://other.example' })}`], 'credentials_invalid', invalid],
    [[`Bearer ${s.token().slice(0, -2)}AA`], 'credentials_invalid', invalid],
  ]
  const wrong: string[] = []
  for (const [fields, code, challenge] of battery) {
    const verdict = await guards()
      .use(bearerAuth({ validator, resource: AUDIENCE }))
      .run(request(fields))
    const field = verdict.ok ? '' : (verdict.headers ?? []).find(([name]) => name === 'www-authenticate')?.[1]
    const isRight = !verdict.ok && verdict.code === code && challenge.test(field ?? '') && field?.endsWith(metadata)
    if (isRight !== true) wrong.push(`${fields.join()} is answered ${inspect(verdict)}`)
  }
  return wrong
}

async function slowest(validate: () => Verdict | Promise<Verdict>): Promise<number> {
  const started = performance.now()
  await Promise.all(Array.from({ length: 20 }, async () => validate()))
  return performance.now() - started
}

/** The codes of good tokens while the issuer misbehaves in every way. */
async function codesWhileAway(validatorOf: (away: Setup) => TokenValidator): Promise<Set<string>> {
  const codes = new Set<string>()
  for (const behaviour of [hang, drip, flood, cut, status(500), status(404), json({})]) {
    const away = await setup({ deadlineMs: 100 })
    away.server.behave(behaviour)
    const verdict = await validatorOf(away).validate(away.token())
    codes.add(verdict.ok ? 'accepted' : verdict.code)
    await tearDown(away)
  }
  return codes
}

/** How often the issuer was asked when the same opaque token came at these instants. */
async function requestsAt(opaque: Setup, instants: readonly number[]): Promise<number[]> {
  const counts: number[] = []
  let now = 0
  for (const instant of instants) {
    opaque.clock.advance(instant - now)
    now = instant
    expect(await outcome(opaque.validator.validate('opaque'))).toBe('accepted')
    counts.push(opaque.server.requests.length)
  }
  return counts
}

/** The last millisecond at which a token that lives for 20 s is accepted (looking until 20 s later). */
async function lastAcceptedBeforeExpiry(validator: TokenValidator): Promise<number> {
  const token = s.token({ exp: s.clock.now() / 1_000 + 20 })
  let last = -1
  for (const instant of [0, 10_000, 19_999, 20_000, 20_001, 30_000, 40_000]) {
    s.clock.advance(instant - Math.max(0, last))
    if ((await outcome(validator.validate(token))) !== 'accepted') break
    last = instant
  }
  return last
}

/** How many of so many tokens get the very same verdict again, in the order in which the oldest go first. */
async function rememberedOf(count: number, source: Setup, validator: TokenValidator): Promise<number> {
  const tokens = Array.from({ length: count }, () => source.token())
  const first: Verdict[] = []
  for (const one of tokens) first.push(await validator.validate(one))
  let remembered = 0
  for (let i = count - 1; i >= 0; i--) if ((await validator.validate(tokens[i]!)) === first[i]) remembered++
  return remembered
}

async function outcomeAfterRevocation(validator: TokenValidator): Promise<string> {
  const token = s.token()
  expect(await outcome(validator.validate(token))).toBe('accepted')
  await validator.revoke(s.validator.fingerprint(token))
  return outcome(validator.validate(token))
}

/** Every segment of a token that can be found in a verdict, an outcome, what an MCP tool is handed, or the validator. */
async function leaks(validator: TokenValidator): Promise<string[]> {
  const tokens = [
    s.token(),
    s.token({ aud: 'https://other.example' }),
    s.token({}, { alg: 'none' }),
    s.token({ exp: 1 }),
  ]
  const outputs: unknown[] = [validator]
  for (const token of tokens) {
    const outcomes = await guards()
      .use(bearerAuth({ validator, resource: AUDIENCE }))
      .run(request([`Bearer ${token}`]))
    outputs.push(await validator.validate(token), outcomes, outcomes.ok && mcpAuthInfo(outcomes.adds, AUDIENCE))
  }
  const shown = inspect(outputs, { depth: 20, showHidden: true, maxStringLength: null })
  return tokens.flatMap((token) => token.split('.')).filter((segment) => shown.includes(segment))
}

/** The careless cache: what it has once accepted, it accepts. */
function memoizing(): TokenValidator {
  const results = new Map<string, Verdict>()
  return wrap(async (token) => {
    const result = results.get(token) ?? (await s.validator.validate(token))
    results.set(token, result)
    return result
  })
}

function wrap(validate: TokenValidator['validate']): TokenValidator {
  return {
    validate,
    revoke: (fingerprint) => s.validator.revoke(fingerprint),
    fingerprint: (token) => s.validator.fingerprint(token),
    ready: () => true,
    close: () => {},
  }
}

async function introspecting(options: Partial<TokenValidatorOptions> = {}): Promise<Setup> {
  const opaque = await setup(({ origin }) => ({
    introspection: { url: `${origin}/introspect`, clientId: 'tools', clientSecret: 'not much of one' },
    ...options,
  }))
  const { iss, aud, client_id, sub, iat, exp } = goodClaims(opaque.clock.now())
  opaque.server.behave(json({ active: true, iss, aud, client_id, sub, iat, exp }))
  return opaque
}

function request(fields: readonly string[]): GuardRequest {
  return createRequest({
    id: 'r-1',
    route: 'POST /mcp',
    method: 'POST',
    target: '/mcp',
    receivedAt: 0,
    peer: { address: '127.0.0.1', entry: '127.0.0.1:7102', encrypted: false },
    rawHeaders: fields.flatMap((value) => ['authorization', value]),
    signal: () => new AbortController().signal,
    read: () => new Uint8Array(),
  })
}
