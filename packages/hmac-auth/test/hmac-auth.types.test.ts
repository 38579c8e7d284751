import { guards, requireScopes, type Principal } from '@ringfence/guard'
import { expectTypeOf, test } from 'vitest'
import { hmacAuth, type ApiKeyRecord, type Freshness, type HmacAuthOptions } from '../src/index.ts'
import { requireSession, type LiveSession, type Sessions } from '../src/sessions.ts'

declare const options: HmacAuthOptions
declare const sessions: Sessions
declare const record: ApiKeyRecord

test('what a handler receives', () => {
  const compiles = (): void => {
    const chain = guards().use(hmacAuth(options)).use(requireScopes('trade')).use(requireSession(sessions))
    const outcome = chain.run(undefined as never)
    if (outcome instanceof Promise || !outcome.ok) return
    expectTypeOf(outcome.adds.principal).toEqualTypeOf<Principal<'read' | 'trade'>>()
    expectTypeOf(outcome.adds.signature).toEqualTypeOf<Freshness>()
    expectTypeOf(outcome.adds.session).toEqualTypeOf<LiveSession>()
  }
  expectTypeOf(compiles).toBeFunction()
})

test('what must not compile', () => {
  const never = (): void => {
    // @ts-expect-error a session needs somebody who has it
    guards().use(requireSession(sessions))
    // @ts-expect-error two answers to who the caller is
    guards().use(hmacAuth(options)).use(hmacAuth(options))
    // @ts-expect-error without a replay store every request could be sent again
    hmacAuth({ keys: [record], authorities: ['a'], tag: 't' })
    // @ts-expect-error one scope per key
    expectTypeOf(record.scope).toEqualTypeOf<readonly string[]>()
    // @ts-expect-error there is no session without a principal
    void sessions.start({ id: 'rfk_a' })
  }
  expectTypeOf(never).toBeFunction()
})
