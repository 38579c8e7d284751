import { allow, deny, guards, type DenyCode, type Guard, type Outcome } from '@ringfence/guard'
import { expect, test } from 'vitest'
import { blockFailures, byAddress, type BlockOptions } from '../src/index.ts'
import { request } from './support/requests.ts'
import { VirtualClock } from './support/virtual-clock.ts'

/** An authenticating guard that answers as it is told. */
class Login {
  answer: DenyCode | 'ok' = 'ok'
  calls = 0

  guard(async = false): Guard<{}, { user: string }> {
    const check = (): Outcome<{ user: string }> => {
      this.calls++
      return this.answer === 'ok' ? allow({ user: 'u' }) : deny(this.answer)
    }
    return {
      name: 'login',
      denies: ['credentials_invalid', 'credentials_missing', 'session_invalid'],
      adds: ['user'],
      presents: () => true,
      check: async ? () => Promise.resolve(check()) : check,
    }
  }
}

function blocking(
  login: Login,
  clock: VirtualClock,
  options: Partial<BlockOptions<{}>> = {},
): Guard<{}, { user: string }> {
  return blockFailures(login.guard(), {
    key: byAddress(),
    failures: 3,
    withinMs: 1000,
    blockMs: 5000,
    clock,
    ...options,
  })
}

const codeOf = (guard: Guard<{}, { user: string }>, address = '192.0.2.1'): string => {
  const outcome = guard.check(request({ address }), {}) as Outcome<{}>
  return outcome.ok ? 'ok' : outcome.code
}

test('after repeated failures even right credentials are refused, for exactly as long as was said', () => {
  const clock = new VirtualClock()
  const login = new Login()
  const guard = blocking(login, clock)
  login.answer = 'credentials_invalid'
  expect([codeOf(guard), codeOf(guard), codeOf(guard)]).toEqual(Array(3).fill('credentials_invalid'))
  login.answer = 'ok'
  expect(guard.check(request(), {})).toMatchObject({
    code: 'rate_limited',
    headers: [
      ['retry-after', '5'],
      ['cache-control', 'no-store'],
    ],
    members: { retryAfterMs: 5000 },
  })
  expect(login.calls).toBe(3)
  expect(codeOf(guard, '192.0.2.2')).toBe('ok')
  clock.advance(4999.984375)
  expect(codeOf(guard)).toBe('rate_limited')
  clock.advance(0.015625)
  expect(codeOf(guard)).toBe('ok')
})

test('failures further apart than the window do not block', () => {
  const clock = new VirtualClock()
  const login = new Login()
  const guard = blocking(login, clock)
  login.answer = 'credentials_invalid'
  for (let i = 0; i < 20; i++) {
    expect(codeOf(guard)).toBe('credentials_invalid')
    clock.advance(500)
  }
})

test('only the denials that are named count', () => {
  const login = new Login()
  const guard = blocking(login, new VirtualClock(), { codes: ['session_invalid'] })
  login.answer = 'credentials_invalid'
  for (let i = 0; i < 10; i++) expect(codeOf(guard)).toBe('credentials_invalid')
  login.answer = 'session_invalid'
  for (let i = 0; i < 3; i++) expect(codeOf(guard)).toBe('session_invalid')
  expect(codeOf(guard)).toBe('rate_limited')
})

test('a guard that answers later is counted too, and the chain knows what can be denied', async () => {
  const login = new Login()
  const blocked = blockFailures(login.guard(true), { key: byAddress(), failures: 1, clock: new VirtualClock() })
  expect(blocked.denies).toContain('rate_limited')
  expect(blocked.presents?.(request())).toBe(true)
  const chain = guards().use(blocked)
  login.answer = 'credentials_invalid'
  expect(await chain.run(request())).toMatchObject({ code: 'credentials_invalid' })
  expect(await chain.run(request())).toMatchObject({ code: 'rate_limited' })
})

test('a flood of failing addresses blocks no one else', () => {
  const clock = new VirtualClock()
  const login = new Login()
  const guard = blocking(login, clock, { maxKeys: 32, failures: 2 })
  login.answer = 'credentials_invalid'
  for (let i = 0; i < 2000; i++) codeOf(guard, `10.0.${i >> 8}.${i & 255}`)
  login.answer = 'ok'
  for (let i = 0; i < 200; i++) expect(codeOf(guard, `192.0.2.${i}`)).toBe('ok')
})

test.each([
  { failures: 0 },
  { withinMs: 0 },
  { blockMs: Number.NaN },
  { maxKeys: 0 },
  { codes: [] },
  { codes: ['rate_limited' as const] },
])('%j is refused', (wrong) => {
  expect(() => blocking(new Login(), new VirtualClock(), wrong)).toThrow(
    expect.objectContaining({ code: 'option_invalid' }),
  )
})
