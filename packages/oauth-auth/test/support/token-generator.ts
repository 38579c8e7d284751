import { AUDIENCE, encode, goodClaims, ISSUER, signatureOf, signingKey, type SigningKey } from './issuer.ts'
import type { Random } from './random.ts'

/** One generated token and what is odd about it. */
export interface GeneratedToken {
  readonly token: string
  readonly oddities: readonly string[]
  /** The reasons why this package refuses it although a JWT library may take it. */
  readonly stricter: readonly string[]
}

interface Draft {
  header: Record<string, unknown>
  claims: Record<string, unknown>
  headerText?: string
  claimsText?: string | Uint8Array
  key: SigningKey
  finish: (token: string) => string
}

/** Something that may be odd about a token. */
interface Oddity {
  readonly name: string
  /** Why refusing it is right where a JWT library may not: it does not know the rule. */
  readonly stricter?: string
  readonly apply: (draft: Draft, random: Random, now: number) => void
}

/** The keys of the issuer, and one of somebody else with the same key id. */
export interface Keyring {
  readonly trusted: readonly SigningKey[]
  readonly foreign: SigningKey
}

/** Generates the keys. */
export function keyring(): Keyring {
  const algorithms = ['ES256', 'ES384', 'EdDSA', 'RS256', 'PS256'] as const
  return { trusted: algorithms.map((alg) => signingKey(alg)), foreign: signingKey('ES256') }
}

/** A token with none, one or several oddities, at `now` (ms since the epoch, a whole second). */
export function generateToken(random: Random, { trusted, foreign }: Keyring, now: number): GeneratedToken {
  // RSA signatures take their time, so there are fewer of them.
  const key = random.pick(random.below(10) === 0 ? trusted : trusted.slice(0, 3))
  const draft: Draft = {
    key,
    header: { alg: key.alg, kid: key.kid, typ: 'at+jwt' },
    claims: goodClaims(now, { jti: `token-${random.below(1e9)}` }),
    finish: (token) => token,
  }
  const odd = Array.from({ length: random.pick([0, 1, 1, 1, 2, 3]) }, () => random.pick(ODDITIES))
  for (const { apply } of odd) apply(draft, random, now)
  if (odd.some(({ name }) => name === 'foreign signature')) draft.key = { ...foreign, kid: key.kid }
  const header = draft.headerText ?? JSON.stringify(draft.header)
  const input = `${encode(header)}.${encode(draft.claimsText ?? JSON.stringify(draft.claims))}`
  const token = draft.finish(`${input}.${signatureOf(draft.key, input)}`)
  return { token, oddities: odd.map(({ name }) => name), stricter: odd.flatMap(({ stricter }) => stricter ?? []) }
}

/** Everything that may be odd. Without `stricter`, a JWT library that is told what we require must agree with us. */
const ODDITIES: readonly Oddity[] = [
  claim('wrong issuer', 'iss', [`${ISSUER}/`, 'https://other.example', ISSUER.toUpperCase(), '', 7, null, undefined]),
  claim('wrong audience', 'aud', ['https://other.example', `${AUDIENCE}/`, '', [], [['x']], 7, null, undefined]),
  claim('our audience in a list', 'aud', [[AUDIENCE]]),
  claim(
    'a foreign audience too',
    'aud',
    [
      [AUDIENCE, 'https://other.example'],
      [AUDIENCE, 7],
    ],
    'audiences are an allowlist',
  ),
  claim('missing claim', 'sub', [undefined]),
  claim('missing claim', 'client_id', [undefined]),
  claim('missing claim', 'jti', [undefined]),
  claim('missing claim', 'iat', [undefined]),
  claim('missing claim', 'exp', [undefined]),
  claim('ill-typed claim', 'client_id', [7, '', null, ['a']], 'every claim has a type'),
  claim('ill-typed claim', 'jti', [7, '', null], 'every claim has a type'),
  claim('ill-typed claim', 'sub', ['', '\ud800', 7, null], 'every claim has a type'),
  claim('ill-typed scope', 'scope', [['a'], 'a  b', ' a', 'a"', 7, null], 'scope is a text of scope tokens'),
  claim('another scope', 'scope', ['', 'a', 'a b c', undefined]),
  claim('ill-typed date', 'exp', ['1', null, true]),
  claim('ill-typed date', 'nbf', ['1', null, true]),
  claim('absurd date', 'exp', [1e12, 1e15, 1e300], 'a lifetime has a limit'),
  claim('negative date', 'iat', [-1], 'dates are not negative'),
  claim('sender-constrained', 'cnf', [{ jkt: 'a' }, { 'x5t#S256': 'a' }, {}, null], 'a bound token is no bearer token'),
  claim('an unknown claim', 'anything', [1, 'a', null, [], { a: { b: [1] } }]),
  {
    name: 'expired',
    apply: ({ claims }, random, now) => void (claims['exp'] = now / 1_000 - random.pick([0, 0.5, 1, 3_600])),
  },
  {
    name: 'about to expire',
    apply: ({ claims }, random, now) => void (claims['exp'] = now / 1_000 + random.pick([1, 2, 10])),
  },
  {
    name: 'not yet valid',
    apply: ({ claims }, random, now) => void (claims['nbf'] = now / 1_000 + random.pick([6, 60, 3_600])),
  },
  {
    name: 'valid since',
    apply: ({ claims }, random, now) => void (claims['nbf'] = now / 1_000 - random.pick([0, 1, 60])),
  },
  {
    name: 'issued in the future',
    stricter: 'an issue date may not lie in the future',
    apply: ({ claims }, random, now) => void (claims['iat'] = now / 1_000 + random.pick([6, 60, 300])),
  },
  {
    name: 'valid for too long',
    stricter: 'a lifetime has a limit',
    apply: ({ claims }, _, now) => void (claims['exp'] = now / 1_000 + 86_400 * 2),
  },
  parameter('another type', 'typ', ['JWT', 'dpop+jwt', 'at', '', undefined]),
  parameter('an equal type', 'typ', ['AT+JWT', 'application/at+jwt', 'At+Jwt']),
  parameter('an ill-typed type', 'typ', [7, null, ['at+jwt']]),
  parameter('another algorithm', 'alg', ['none', 'None', 'HS256', 'RS512', 'es256', '', 7, null, undefined]),
  parameter('a swapped algorithm', 'alg', ['ES256', 'ES384', 'EdDSA', 'RS256', 'PS256']),
  parameter('an unknown key', 'kid', ['nobody', '', '../x']),
  parameter('an ill-typed key id', 'kid', [7, null, {}], 'a key id is a text'),
  parameter('no key id', 'kid', [undefined]),
  parameter('an extension', 'crit', [['exp'], ['b64'], [], 'b64', null]),
  parameter('an extension without crit', 'b64', [true, false], 'the payload is always encoded'),
  parameter('an embedded key', 'jwk', [{ kty: 'EC' }, null], 'key material does not come from the token'),
  parameter('a key address', 'jku', ['https://other.example/jwks'], 'key material does not come from the token'),
  parameter('a certificate', 'x5c', [['AAAA']], 'key material does not come from the token'),
  parameter('a certificate address', 'x5u', ['https://other.example'], 'key material does not come from the token'),
  parameter('a harmless parameter', 'cty', ['a', 'b']),
  {
    name: 'a duplicate claim',
    stricter: 'member names are unique',
    apply: (draft) => void (draft.claimsText = JSON.stringify(draft.claims).replace('{', '{"sub":"root",')),
  },
  {
    name: 'a duplicate parameter',
    stricter: 'member names are unique',
    apply: (draft) => void (draft.headerText = JSON.stringify(draft.header).replace('{', '{"alg":"none",')),
  },
  {
    name: 'white space',
    apply: (draft) => void (draft.claimsText = JSON.stringify(draft.claims, null, 2)),
  },
  {
    name: 'invalid UTF-8',
    stricter: 'a text is valid UTF-8',
    apply: (draft) => void (draft.claimsText = Buffer.from(JSON.stringify({ ...draft.claims, x: 'é' }), 'latin1')),
  },
  {
    name: 'a byte order mark',
    stricter: 'a text has no byte order mark',
    apply: (draft) => void (draft.claimsText = `\ufeff${JSON.stringify(draft.claims)}`),
  },
  {
    name: 'too deep',
    stricter: 'depth has a limit',
    apply: (draft) => void (draft.claims['deep'] = JSON.parse('['.repeat(30) + ']'.repeat(30))),
  },
  {
    name: 'no object',
    apply: (draft, random) => void (draft.claimsText = random.pick(['[]', '7', 'null', '', '{', '"a"'])),
  },
  { name: 'foreign signature', apply: () => {} },
  finish('no signature', (token) => token.replace(/[^.]*$/, '')),
  finish('a cut signature', (token) => token.slice(0, -4)),
  finish('a longer signature', (token) => `${token}AAAA`),
  finish('two segments', (token) => token.replace(/\.[^.]*$/, '')),
  finish('four segments', (token) => `${token}.AAAA`),
  finish('five segments', (token) => `${token}.AAAA.AAAA`),
  finish('padding', (token) => `${token}=`, 'base64url has one spelling'),
  finish('a space', (token) => token.replace('.', ' .'), 'base64url has one spelling'),
  finish('a line feed at the end', (token) => `${token}\n`, 'base64url has one spelling'),
  finish(
    'the standard alphabet',
    (token) => token.replaceAll('-', '+').replaceAll('_', '/'),
    'base64url has one spelling',
  ),
  finish('an oversized token', (token) => `${token.slice(0, token.lastIndexOf('.'))}.${'A'.repeat(9_000)}`),
]

function claim(name: string, member: string, values: readonly unknown[], stricter?: string): Oddity {
  const apply: Oddity['apply'] = ({ claims }, random) => void (claims[member] = random.pick(values))
  return { name, apply, ...(stricter !== undefined && { stricter }) }
}

function parameter(name: string, member: string, values: readonly unknown[], stricter?: string): Oddity {
  const apply: Oddity['apply'] = ({ header }, random) => void (header[member] = random.pick(values))
  return { name, apply, ...(stricter !== undefined && { stricter }) }
}

function finish(name: string, change: (token: string) => string, stricter?: string): Oddity {
  const apply: Oddity['apply'] = (draft) => {
    const before = draft.finish
    draft.finish = (token) => change(before(token))
  }
  return { name, apply, ...(stricter !== undefined && { stricter }) }
}
