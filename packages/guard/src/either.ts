import { RingfenceError } from '@ringfence/errors'
import type { DenyCode } from './deny-codes.ts'
import type { Guard } from './guard.ts'
import { deny, type Deny } from './outcome.ts'
import type { GuardRequest, HeaderList } from './request.ts'

/**
 * Accepts one of several kinds of credentials. The kind that the request presents decides alone: only its absence falls
 * through, a wrong signature never becomes a chance to try a token. Two kinds at once are refused, so that no guard and
 * no proxy can disagree about who the caller is.
 *
 * @example
 * ```ts
 * guards().use(either(hmacAuth({ keys }), bearerAuth({ validator })))
 * ```
 */
export function either<N extends object, A extends object, C1 extends DenyCode, C2 extends DenyCode>(
  first: Guard<N, A, C1>,
  second: Guard<N, A, C2>,
): Guard<N, A, C1 | C2 | 'credentials_malformed' | 'credentials_missing'> {
  const kinds = [first, second] as const
  if (kinds.some((kind) => kind.presents === undefined)) {
    throw new RingfenceError('guard_misused', 'either() takes guards that authenticate: they tell what they `presents`')
  }
  return {
    name: `either(${first.name}, ${second.name})`,
    denies: [...new Set([...first.denies, ...second.denies, ...OWN])],
    ...(first.needs && { needs: first.needs }),
    ...(first.adds && { adds: first.adds }),
    presents: (request) => kinds.some((kind) => kind.presents!(request)),
    check: (request, context) => {
      const presented = kinds.filter((kind) => kind.presents!(request))
      if (presented.length > 1) return deny('credentials_malformed', { internal: 'two kinds of credentials at once' })
      const kind = presented[0]
      return kind === undefined ? challengeOf(request, context, kinds) : kind.check(request, context)
    },
  }
}

/** Nothing presented: every kind states its own challenge, and the answer carries them all (RFC 9110 section 11.6.1). */
async function challengeOf<N extends object>(
  request: GuardRequest,
  context: Readonly<N>,
  kinds: readonly Pick<Guard<N, object>, 'name' | 'check'>[],
): Promise<Deny<'credentials_missing'>> {
  const headers: HeaderList[number][] = []
  for (const kind of kinds) {
    const verdict = await kind.check(request, context)
    // What a guard accepts without presenting credentials, or refuses for another reason, is not a challenge.
    if (verdict.ok || verdict.code !== 'credentials_missing') {
      throw new RingfenceError('guard_misused', `${kind.name} did not ask for credentials although none were presented`)
    }
    headers.push(...(verdict.headers ?? []))
  }
  return deny('credentials_missing', { headers })
}

const OWN = ['credentials_malformed', 'credentials_missing'] as const
