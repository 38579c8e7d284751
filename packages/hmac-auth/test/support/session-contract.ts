import type { Principal } from '@ringfence/guard'
import { issuePrincipal } from '@ringfence/guard/authenticator'
import { describe, expect, test } from 'vitest'
import {
  createSessions,
  type SessionEvent,
  type Sessions,
  type SessionCapacity,
  type SessionStore,
  type SessionsOptions,
} from '../../src/sessions.ts'

const caller = (id: string): Principal => issuePrincipal({ kind: 'api-key', id, clientId: id, scopes: ['trade'] })
export const ALICE: Principal = caller('rfk_alice')
export const BOB: Principal = caller('rfk_bob')
export const ENTRY = '127.0.0.2:7101'

/** A store to judge, and the time it goes by. */
export interface Subject {
  readonly store: SessionStore
  /** A second process on the same content; the same store if there can be none. */
  readonly elsewhere: SessionStore
  readonly clock?: SessionsOptions['clock']
  /** Lets time pass, at least so much. */
  readonly wait: (ms: number) => void | Promise<void>
}

/** What every session store has to do. Times are short, since shared stores go by a real clock. */
export function sessionContract(
  name: string,
  make: (capacity: Required<SessionCapacity>) => Promise<Subject> | Subject,
): void {
  const setup = async (
    options: { absoluteMs?: number; idleMs?: number; capacity?: number; perKey?: number } = {},
  ): Promise<Subject & { sessions: Sessions; other: Sessions; events: SessionEvent[] }> => {
    const { capacity = 5_000, perKey = 1_000, ...limits } = options
    const subject = await make({ capacity, perKey })
    const events: SessionEvent[] = []
    const common = { ...limits, ...(subject.clock !== undefined && { clock: subject.clock }) }
    return {
      ...subject,
      events,
      sessions: createSessions({ ...common, store: subject.store, onEvent: (event) => events.push(event) }),
      other: createSessions({ ...common, store: subject.elsewhere }),
    }
  }

  describe(`${name}: deadlines`, () => {
    test('a session ends when idle; use moves this end, never beyond the absolute one', async () => {
      const { sessions, wait } = await setup({ absoluteMs: 1_500, idleMs: 700 })
      const { sessionId, expiresAt, idleExpiresAt } = await sessions.start(ALICE)
      expect(expiresAt - idleExpiresAt).toBe(800)
      const unused = await sessions.start(ALICE)
      await wait(500)
      const moved = await sessions.check(sessionId, ALICE)
      expect(moved?.expiresAt).toBe(expiresAt)
      expect(moved!.idleExpiresAt).toBeGreaterThanOrEqual(idleExpiresAt + 500)
      await wait(400)
      expect(await sessions.check(unused.sessionId, ALICE)).toBeUndefined()
      expect((await sessions.check(sessionId, ALICE))?.idleExpiresAt).toBe(expiresAt)
      await wait(650)
      expect(await sessions.check(sessionId, ALICE)).toBeUndefined()
    })
  })

  describe(`${name}: owners`, () => {
    test('a stranger gets nowhere, and does not keep the session alive', async () => {
      const { sessions, wait } = await setup({ idleMs: 600 })
      const { sessionId } = await sessions.start(ALICE, ENTRY)
      await wait(350)
      expect(await sessions.check(sessionId, BOB, ENTRY)).toBeUndefined()
      expect(await sessions.check(sessionId, ALICE, '127.0.0.3:7101')).toBeUndefined()
      expect(await sessions.check(sessionId, ALICE)).toBeUndefined()
      expect(await sessions.rotate(sessionId, BOB, ENTRY)).toBeUndefined()
      await wait(300)
      expect(await sessions.check(sessionId, ALICE, ENTRY)).toBeUndefined()
    })

    test('a session started without an entry counts through every one', async () => {
      const { sessions } = await setup()
      const { sessionId } = await sessions.start(ALICE)
      expect(await sessions.check(sessionId, ALICE, ENTRY)).toBeDefined()
      expect(await sessions.check(sessionId, ALICE)).toBeDefined()
    })
  })

  describe(`${name}: rotation`, () => {
    test('the new id has the old deadline, owner and entry, and the old one is over', async () => {
      const { sessions, other, events } = await setup()
      const first = await sessions.start(ALICE, ENTRY)
      const second = await sessions.rotate(first.sessionId, ALICE, ENTRY)
      expect(second!.sessionId).not.toBe(first.sessionId)
      expect(second!.expiresAt).toBe(first.expiresAt)
      expect(await other.check(first.sessionId, ALICE, ENTRY)).toBeUndefined()
      expect(await other.check(second!.sessionId, ALICE, ENTRY)).toBeDefined()
      expect(await other.check(second!.sessionId, ALICE)).toBeUndefined()
      expect(await other.check(second!.sessionId, BOB, ENTRY)).toBeUndefined()
      expect(await sessions.rotate(first.sessionId, ALICE, ENTRY)).toBeUndefined()
      expect(await sessions.revokeAll(ALICE.id)).toBe(1)
      expect(await other.check(second!.sessionId, ALICE, ENTRY)).toBeUndefined()
      expect(events.map(({ type }) => type)).toEqual(['started', 'rotated', 'all_revoked'])
    })

    test('of concurrent rotations one wins', async () => {
      const { sessions, other } = await setup()
      const { sessionId } = await sessions.start(ALICE)
      const rotated = await Promise.all(
        Array.from({ length: 20 }, async (_, i) => (i % 2 === 0 ? sessions : other).rotate(sessionId, ALICE)),
      )
      expect(rotated.filter((one) => one !== undefined)).toHaveLength(1)
    })
  })

  describe(`${name}: revocation`, () => {
    test('of one session', async () => {
      const { sessions, other, events } = await setup()
      const { sessionId, expiresAt } = await sessions.start(ALICE)
      const kept = await sessions.start(ALICE)
      expect(await sessions.revoke(sessionId, ALICE)).toBe(true)
      expect(await other.check(sessionId, ALICE)).toBeUndefined()
      expect(await sessions.revoke(sessionId)).toBe(false)
      expect(await sessions.revoke('no id at all')).toBe(false)
      expect(await other.check(kept.sessionId, ALICE)).toBeDefined()
      expect(events[0]).toEqual({ type: 'started', keyId: ALICE.id, expiresAt })
      expect(events.slice(2)).toEqual([{ type: 'revoked', keyId: ALICE.id }])
    })

    test('of 1,000 sessions of a key, seen elsewhere at once; another key keeps its own', async () => {
      const { sessions, other, events } = await setup()
      const ids: string[] = []
      for (let i = 0; i < 1_000; i += 100) {
        const started = await Promise.all(Array.from({ length: 100 }, async () => sessions.start(ALICE)))
        ids.push(...started.map(({ sessionId }) => sessionId))
      }
      const bob = await sessions.start(BOB)
      await sessions.revoke(ids[0]!)
      expect(await sessions.revokeAll(ALICE.id)).toBe(999)
      expect(events.at(-1)).toEqual({ type: 'all_revoked', keyId: ALICE.id, count: 999 })
      const checks = await Promise.all(ids.map(async (id) => other.check(id, ALICE)))
      expect(checks.filter((times) => times !== undefined)).toEqual([])
      expect(await other.check(bob.sessionId, BOB)).toBeDefined()
      expect(await sessions.revokeAll(ALICE.id)).toBe(0)
      expect(await sessions.check((await other.start(ALICE)).sessionId, ALICE)).toBeDefined()
    })

    test('of everything', async () => {
      const { sessions, other, events } = await setup()
      const alice = await sessions.start(ALICE)
      const bob = await other.start(BOB)
      expect(await sessions.revokeEverything()).toBe(2)
      expect(events.at(-1)).toEqual({ type: 'everything_revoked', count: 2 })
      expect(await other.check(alice.sessionId, ALICE)).toBeUndefined()
      expect(await other.check(bob.sessionId, BOB)).toBeUndefined()
      expect(await sessions.check((await other.start(BOB)).sessionId, BOB)).toBeDefined()
    })
  })

  test(`${name}: full, it refuses a new session and keeps the live ones; what ended makes room`, async () => {
    const { sessions, wait } = await setup({ capacity: 2, absoluteMs: 1_000 })
    const first = await sessions.start(ALICE)
    await sessions.start(BOB)
    await expect((async () => sessions.start(ALICE))()).rejects.toMatchObject({
      deny: { code: 'dependency_unavailable' },
    })
    expect(await sessions.check(first.sessionId, ALICE)).toBeDefined()
    await wait(1_100)
    expect(await sessions.start(ALICE)).toBeDefined()
  })

  test(`${name}: what was revoked, or idle for too long, makes room at once`, async () => {
    const { sessions, wait } = await setup({ capacity: 3, idleMs: 800 })
    const first = await sessions.start(ALICE)
    await sessions.start(ALICE)
    await sessions.start(BOB)
    await sessions.revoke(first.sessionId)
    await sessions.start(ALICE)
    expect(await sessions.revokeAll(ALICE.id)).toBe(2)
    const last = await sessions.start(BOB)
    await sessions.start(BOB)
    await wait(500)
    expect(await sessions.check(last.sessionId, BOB)).toBeDefined()
    await wait(500)
    await sessions.start(ALICE)
    await sessions.start(ALICE)
    expect(await sessions.check(last.sessionId, BOB)).toBeDefined()
    await expect((async () => sessions.start(ALICE))()).rejects.toMatchObject({ deny: FULL })
  })

  test(`${name}: a key that starts session after session keeps out itself alone`, async () => {
    const { sessions } = await setup({ perKey: 2 })
    const [one] = [await sessions.start(ALICE), await sessions.start(ALICE)]
    await expect((async () => sessions.start(ALICE))()).rejects.toMatchObject({ deny: FULL })
    expect(await sessions.start(BOB)).toBeDefined()
    await sessions.revoke(one.sessionId)
    expect(await sessions.start(ALICE)).toBeDefined()
  })
}

const FULL = { code: 'dependency_unavailable' }
