import type { Principal } from '@ringfence/guard'
import { verifies, violates } from '@ringfence/policy'
import { describe, expect, test } from 'vitest'
import { createSessions, memorySessionStore, requireSession, type Sessions } from '../../src/sessions.ts'
import { received } from '../support/fixture.ts'
import { ALICE, BOB } from '../support/session-contract.ts'
import { START, VirtualClock } from '../support/virtual-clock.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

function setup(options = {}): { sessions: Sessions; clock: VirtualClock } {
  const clock = new VirtualClock()
  return { clock, sessions: createSessions({ store: memorySessionStore(), clock, ...options }) }
}

describe('timeouts', () => {
  /** How long a session lives that is used this often. */
  const lifetime = async (options: object, every: number): Promise<number> => {
    const { sessions, clock } = setup(options)
    const { sessionId } = await sessions.start(ALICE)
    while (clock.time - START < 30 * HOUR) {
      clock.advance(every)
      if ((await sessions.check(sessionId, ALICE)) === undefined) break
    }
    return clock.time - START
  }

  verifies('TR-06/absolute', 'a session ends 4 hours after its start, however busy', async () => {
    expect(await lifetime({}, 5 * MINUTE)).toBe(4 * HOUR)
  })

  violates('TR-06/absolute', 'a longer limit is caught', async () => {
    expect(await lifetime({ absoluteMs: 5 * HOUR }, 5 * MINUTE)).toBeGreaterThan(4 * HOUR)
  })

  verifies('TR-06/idle', 'a session ends when it was idle for 15 minutes', async () => {
    expect(await lifetime({}, 15 * MINUTE)).toBe(15 * MINUTE)
  })

  violates('TR-06/idle', 'a session that is never idle too long goes on', async () => {
    expect(await lifetime({}, 15 * MINUTE - 1)).toBeGreaterThan(15 * MINUTE)
  })

  test('both are exact to the millisecond', async () => {
    const { sessions, clock } = setup({ absoluteMs: 10_000, idleMs: 6_000 })
    const { sessionId, expiresAt, idleExpiresAt } = await sessions.start(ALICE)
    expect([expiresAt - START, idleExpiresAt - START]).toEqual([10_000, 6_000])
    clock.advance(5_999)
    expect(await sessions.check(sessionId, ALICE)).toEqual({ expiresAt, idleExpiresAt: expiresAt })
    clock.advance(4_000)
    expect(await sessions.check(sessionId, ALICE)).toBeDefined()
    clock.advance(1)
    expect(await sessions.check(sessionId, ALICE)).toBeUndefined()
  })

  test('a clock that is set back does not lengthen a session', async () => {
    const { sessions, clock } = setup({ absoluteMs: 10_000, idleMs: 10_000 })
    const { sessionId } = await sessions.start(ALICE)
    const other = await sessions.start(ALICE)
    clock.advance(10_000)
    expect(await sessions.check(sessionId, ALICE)).toBeUndefined()
    clock.advance(-5_000)
    expect(await sessions.check(other.sessionId, ALICE)).toBeUndefined()
  })
})

test('nobody but a genuine principal has sessions', () => {
  const { sessions } = setup()
  const forged = Object.create(ALICE) as Principal
  expect(() => sessions.start(forged)).toThrow(/not issued/)
  expect(() => sessions.check('x', forged)).toThrow(/not issued/)
  expect(() => sessions.rotate('x', forged)).toThrow(/not issued/)
})

describe('revocation', () => {
  verifies('TR-06/revoked', 'a revoked session is refused at once', async () => {
    const { sessions } = setup()
    const { sessionId } = await sessions.start(ALICE)
    expect(await sessions.revoke(sessionId)).toBe(true)
    expect(await sessions.check(sessionId, ALICE)).toBeUndefined()
    expect(await sessions.revoke(sessionId)).toBe(false)
  })

  violates('TR-06/revoked', 'a session that was not revoked goes on', async () => {
    const { sessions } = setup()
    const { sessionId } = await sessions.start(ALICE)
    const other = await sessions.start(ALICE)
    await sessions.revoke(other.sessionId)
    expect(await sessions.check(sessionId, ALICE)).toBeDefined()
  })
})

describe('store', () => {
  test('it never sees an id', async () => {
    const seen: string[] = []
    const inner = memorySessionStore()
    const store = new Proxy(inner, {
      get:
        (target, name: keyof typeof inner) =>
        (...args: never[]) => {
          seen.push(JSON.stringify(args))
          return (target[name] as (...rest: never[]) => unknown)(...args)
        },
    })
    const { sessions } = setup({ store })
    const { sessionId } = await sessions.start(ALICE)
    await sessions.check(sessionId, ALICE)
    await sessions.revoke(sessionId)
    expect(seen).toHaveLength(3)
    expect(seen.join()).not.toContain(sessionId)
  })

  test('ids are 256 random bits', async () => {
    const { sessions } = setup()
    const ids = await Promise.all(Array.from({ length: 100 }, async () => (await sessions.start(ALICE)).sessionId))
    expect(new Set(ids).size).toBe(100)
    expect(ids.every((id) => Buffer.from(id, 'base64url').length === 32)).toBe(true)
    const weak = createSessions({ store: memorySessionStore(), random: () => new Uint8Array(8) })
    expect(() => weak.start(ALICE)).toThrow(/random/)
  })
})

describe('requireSession', () => {
  test('lets a live session of the caller through and refuses everything else alike', async () => {
    const { sessions, clock } = setup()
    const guard = requireSession(sessions)
    const ask = async (principal: Principal, ...ids: string[]): Promise<unknown> =>
      guard.check(received({ headers: ids.map((id) => ['x-session-id', id] as const) }), { principal })
    const { sessionId, ...times } = await sessions.start(ALICE)
    expect(await ask(ALICE, sessionId)).toEqual({ ok: true, adds: { session: { sessionId, ...times } } })
    for (const refused of [
      await ask(ALICE),
      await ask(ALICE, sessionId, sessionId),
      await ask(ALICE, 'x'),
      await ask(ALICE, 'A'.repeat(43)),
      await ask(BOB, sessionId),
    ]) {
      expect(refused).toMatchObject({
        ok: false,
        code: 'session_invalid',
        headers: [['www-authenticate', expect.any(String)]],
      })
    }
    clock.advance(4 * HOUR)
    expect(await ask(ALICE, sessionId)).toMatchObject({ code: 'session_invalid' })
  })

  test('a store that is down is a 503, not a missing session', async () => {
    const store = { ...memorySessionStore(), touch: () => Promise.reject(new Error('down')) }
    const guard = requireSession(setup({ store }).sessions)
    const headers = [['x-session-id', 'A'.repeat(43)]] as const
    expect(await guard.check(received({ headers }), { principal: ALICE })).toMatchObject({
      code: 'dependency_unavailable',
    })
  })
})

test.each([{ absoluteMs: 0 }, { idleMs: -1 }, { absoluteMs: 25 * HOUR }, { idleMs: NaN }])(
  'option %j is refused',
  (bad) => {
    expect(() => setup(bad)).toThrow(/between 1 ms and 24 h/)
  },
)
