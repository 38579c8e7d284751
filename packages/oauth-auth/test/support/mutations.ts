import { validatorOf } from './differential.ts'
import { encode, goodClaims, signToken } from './issuer.ts'
import { seeded, type Random } from './random.ts'
import { keyring } from './token-generator.ts'
import { outcome } from './validator.ts'
import { virtualClock } from './virtual-clock.ts'

/** What became of mutated tokens. */
export interface Mutations {
  /** How many were refused, by reason. */
  readonly reasons: Record<string, number>
  /** What was accepted although it was changed: there must be none. */
  readonly accepted: readonly string[]
}

/** Changes good tokens in every way that needs no private key, so often, and shows them to a validator. */
export async function acceptedMutations(count: number, seed: number): Promise<Mutations> {
  const random = seeded(seed)
  const clock = virtualClock()
  const keys = keyring()
  const validator = validatorOf(keys, clock)
  const good = keys.trusted.map((key) => signToken(key, goodClaims(clock.now(), { jti: key.kid })))
  const reasons: Record<string, number> = {}
  const accepted: string[] = []
  for (const token of good)
    if ((await outcome(validator.validate(token))) !== 'accepted') throw new Error('a good token is refused')
  for (let i = 0; i < count; i++) {
    const mutated = mutate(random, good)
    if (good.includes(mutated)) continue
    const reason = await outcome(validator.validate(mutated))
    reasons[reason] = (reasons[reason] ?? 0) + 1
    if (reason === 'accepted') accepted.push(`seed ${seed}, ${i}: ${mutated}`)
  }
  validator.close()
  return { reasons, accepted }
}

function mutate(random: Random, tokens: readonly string[]): string {
  const token = random.pick(tokens)
  const segments = token.split('.') as [string, string, string]
  const at = random.below(3) as 0 | 1 | 2
  const position = random.below(token.length)
  switch (random.below(9)) {
    case 0: // another character
      return token.slice(0, position) + random.pick(CHARACTERS) + token.slice(position + 1)
    case 1: // one more
      return token.slice(0, position) + random.pick(CHARACTERS) + token.slice(position)
    case 2: // one less
      return token.slice(0, position) + token.slice(position + 1)
    case 3: // a flipped bit below the encoding
      return segments.with(at, flip(random, segments[at])).join('.')
    case 4: // a segment of another token
      return segments.with(at, random.pick(tokens).split('.')[at]!).join('.')
    case 5: // cut short
      return token.slice(0, position)
    case 6: // segments in another order
      return [segments[at], segments[random.below(3)], segments[random.below(3)]].join('.')
    case 7: // another member in the header
      return segments.with(0, edit(segments[0], random.pick(HEADERS))).join('.')
    default: // another member among the claims
      return segments.with(1, edit(segments[1], random.pick(CLAIMS))).join('.')
  }
}

function flip(random: Random, segment: string): string {
  const bytes = Buffer.from(segment, 'base64url')
  if (bytes.length > 0) bytes[random.below(bytes.length)]! ^= 1 << random.below(8)
  return encode(bytes)
}

function edit(segment: string, members: object): string {
  return encode(JSON.stringify({ ...(JSON.parse(Buffer.from(segment, 'base64url').toString()) as object), ...members }))
}

const CHARACTERS = Array.from('AZaz09-_+/=. \n\u0000é.')
const HEADERS = [{ alg: 'none' }, { alg: 'HS256' }, { alg: 'ES256' }, { alg: 'RS256' }, { kid: 'kid-ES256' }, { x: 1 }]
const CLAIMS = [{ sub: 'root' }, { scope: 'admin' }, { exp: 9e9 }, { client_id: 'other' }, { x: 1 }]
