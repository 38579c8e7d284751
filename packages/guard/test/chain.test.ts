import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { allow, deny, guards, type Guard, type Outcome } from '../src/index.ts'
import { requestOf } from './requests.ts'

function guard<A extends object = {}>(name: string, check: () => Outcome<A> | Promise<Outcome<A>>): Guard<{}, A> {
  return { name, denies: [], check }
}

const yes = guard('yes', () => allow())
const later = guard('later', async () => allow())
const never = guard('never', () => new Promise<Outcome<{}>>(() => {}))

describe('order', () => {
  test('guards are asked in order, each sees what earlier ones added, and the first deny ends the chain', () => {
    const seen: unknown[] = []
    const first = guard('first', () => allow({ a: 1 }))
    const second: Guard<{ a: number }, { b: number }> = {
      name: 'second',
      denies: [],
      check: (_request, { a }) => (seen.push(a), allow({ b: a + 1 })),
    }
    const third = guard('third', () => deny('not_found'))
    const fourth = guard('fourth', () => (seen.push('fourth'), allow()))
    expect(guards().use(first).use(second).run(requestOf())).toMatchObject({ ok: true, adds: { a: 1, b: 2 } })
    const denied = guards().use(first).use(second).use(third).use(fourth).run(requestOf())
    expect(denied).toMatchObject({ ok: false, code: 'not_found' })
    expect(seen).toEqual([1, 1])
  })

  test('a chain can be extended in two directions', () => {
    const base = guards().use(yes)
    expect(base.use(guard('a', () => allow({ a: 1 }))).run(requestOf())).toMatchObject({ adds: { a: 1 } })
    expect(base.use(guard('b', () => allow({ b: 1 }))).run(requestOf())).toMatchObject({ adds: { b: 1 } })
  })

  test('a wrong order is refused at start-up for plain JavaScript', () => {
    const needs = { ...yes, needs: ['principal'] } as unknown as Guard<{}, {}>
    expect(() => guards().use(needs)).toThrowError(/needs principal, which no earlier guard adds/)
    const adds: Guard<{}, { a: number }> = { ...guard('adds', () => allow({ a: 1 })), adds: ['a'] }
    expect(() =>
      guards()
        .use(adds)
        .use(adds as never),
    ).toThrowError(/adds a, which an earlier guard already adds/)
    expect(() => guards().use({} as never)).toThrowError(/use\(\) takes a guard/)
  })
})

describe('synchronous while it can be', () => {
  test('no promise appears in a synchronous chain', () => {
    expect(guards().use(yes).use(yes).run(requestOf())).not.toBeInstanceOf(Promise)
  })

  test('one asynchronous guard makes the rest asynchronous', async () => {
    const verdict = guards().use(yes).use(later).use(yes).run(requestOf())
    expect(verdict).toBeInstanceOf(Promise)
    expect(await verdict).toMatchObject({ ok: true })
  })
})

describe('fails closed', () => {
  test.each([
    [
      'throws',
      () => {
        throw new Error('boom')
      },
    ],
    ['rejects', () => Promise.reject(new Error('boom'))],
    ['answers nothing', () => undefined as never],
    ['answers true', () => true as never],
    ['answers ok without adds', () => ({ ok: true }) as never],
    ['answers a truthy ok', () => ({ ok: 1, adds: {} }) as never],
    ['answers a deny without code', () => ({ ok: false }) as never],
    ['resolves to nothing', () => Promise.resolve(undefined as never)],
    ['adds __proto__', () => allow(JSON.parse('{"__proto__":{"admin":true}}') as {})],
  ])('a guard that %s denies with guard_failed', async (_what, check) => {
    const outcome = await guards().use(guard('bad', check)).use(yes).run(requestOf())
    expect(outcome).toMatchObject({ ok: false, code: 'guard_failed', internal: { guard: 'bad' } })
  })

  test('a key added twice is refused at run time', () => {
    const undeclared = guard('a', () => allow({ a: 1 }))
    const outcome = guards()
      .use(undeclared)
      .use(undeclared as never)
      .run(requestOf())
    expect(outcome).toMatchObject({ ok: false, code: 'guard_failed' })
  })

  test('a context is frozen', () => {
    const outcome = guards()
      .use(guard('a', () => allow({ a: 1 })))
      .run(requestOf())
    expect(Object.isFrozen((outcome as { adds: object }).adds)).toBe(true)
  })
})

describe('headers', () => {
  test('what a guard adds reaches later denials, whoever makes them', async () => {
    const limited = guard('limit', () => allow({}, [['ratelimit', 'a']]))
    for (const last of [
      guard('no', () => deny('not_found', { headers: [['x', 'y']] })),
      guard('bad', () => Promise.reject()),
    ]) {
      const outcome = await guards().use(limited).use(last).run(requestOf())
      expect(outcome.headers?.[0]).toEqual(['ratelimit', 'a'])
    }
  })
})

describe('deadlines, in virtual time', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
  afterEach(() => void vi.useRealTimers())

  test('a guard that is late denies after one second', async () => {
    const verdict = guards().use(later).use(never).run(requestOf())
    await vi.advanceTimersByTimeAsync(999)
    await expect(Promise.race([verdict, Promise.resolve('pending')])).resolves.toBe('pending')
    await vi.advanceTimersByTimeAsync(1)
    expect(await verdict).toMatchObject({ code: 'guard_failed' })
  })

  test('no guard is asked after the deadline', async () => {
    const asked = vi.fn(() => allow())
    const slow = guard('slow', () => new Promise<Outcome<{}>>((resolve) => setTimeout(() => resolve(allow()), 1_500)))
    const verdict = guards().use(slow).use(guard('next', asked)).run(requestOf())
    await vi.advanceTimersByTimeAsync(2_000)
    expect(await verdict).toMatchObject({ code: 'guard_failed' })
    expect(asked).not.toHaveBeenCalled()
  })

  test('the time a client takes to send its body does not count, up to five seconds', async () => {
    const read = (ms: number) => (): Promise<Uint8Array> =>
      new Promise((resolve) => setTimeout(() => resolve(new Uint8Array(1)), ms))
    const body: Guard<{}, {}> = { name: 'body', denies: [], check: async (request) => (await request.body(9), allow()) }
    const patient = guards()
      .use(body)
      .run(requestOf({ read: read(4_999) }))
    const endless = guards()
      .use(body)
      .run(requestOf({ read: read(5_001) }))
    await vi.advanceTimersByTimeAsync(6_000)
    expect(await patient).toMatchObject({ ok: true })
    expect(await endless).toMatchObject({ ok: false, code: 'body_incomplete' })
  })
})
