import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLeases, type HeldLease, type Lease } from '../src/index.ts'
import { VirtualClock } from './support/virtual-clock.ts'

function held(lease: Lease): HeldLease {
  if (!lease.ok) throw new Error('no lease')
  return lease
}

test('no key holds more leases than its limit, and one given back is free at once', () => {
  const leases = createLeases({ limit: 2, ttlMs: 1000, clock: new VirtualClock() })
  const first = held(leases.acquire('a'))
  held(leases.acquire('a'))
  expect(leases.acquire('a')).toEqual({ ok: false, retryAfterMs: 1000 })
  expect(leases.acquire('b').ok).toBe(true)
  first.release()
  expect(leases.held('a')).toBe(1)
  expect(leases.acquire('a').ok).toBe(true)
  expect(leases.acquire('a').ok).toBe(false)
})

test('a lease of a holder that is gone expires, to the millisecond', () => {
  const clock = new VirtualClock()
  const leases = createLeases({ limit: 1, ttlMs: 1000, clock })
  const lost = held(leases.acquire('a'))
  clock.advance(999.984375)
  expect(leases.acquire('a')).toEqual({ ok: false, retryAfterMs: 0.015625 })
  clock.advance(0.015625)
  const next = held(leases.acquire('a'))
  // Giving the expired one back late, or any one twice, frees nobody else's.
  lost.release()
  expect(leases.held('a')).toBe(1)
  next.release()
  next.release()
  expect(leases.held('a')).toBe(0)
})

test('when as many keys hold leases as may, another key gets none until one is free', () => {
  const clock = new VirtualClock()
  const leases = createLeases({ limit: 1, ttlMs: 1000, maxKeys: 20, clock })
  const all = Array.from({ length: 20 }, (_, i) => held(leases.acquire(`key-${i}`)))
  expect(leases.acquire('more')).toEqual({ ok: false, retryAfterMs: 1000 })
  all[19]!.release()
  expect(leases.acquire('more').ok).toBe(true)
  expect(leases.acquire('yet more').ok).toBe(false)
  clock.advance(1000)
  for (let i = 0; i < 20; i++) expect(leases.acquire(`new-${i}`).ok).toBe(true)
  expect(leases.acquire('too many').ok).toBe(false)
})

test('whatever happens, leases held equal those acquired, not given back and not expired', () => {
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 30 }),
    key: fc.constantFrom('a', 'b', 'c'),
    release: fc.option(fc.nat(), { nil: undefined }),
  })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 200 }), (limit, steps) => {
      const clock = new VirtualClock()
      const leases = createLeases({ limit, ttlMs: 50, clock })
      let model: { key: string; lease: HeldLease; end: number }[] = []
      for (const { wait, key, release } of steps) {
        clock.advance(wait)
        model = model.filter(({ end }) => end > clock.time)
        const mine = model.filter((one) => one.key === key)
        if (release !== undefined && mine.length > 0) {
          const one = mine[release % mine.length]!
          one.lease.release()
          model = model.filter((other) => other !== one)
        } else {
          const lease = leases.acquire(key)
          expect(lease.ok).toBe(mine.length < limit)
          if (lease.ok) model.push({ key, lease, end: clock.time + 50 })
          else expect(lease.retryAfterMs).toBe(mine[0]!.end - clock.time)
        }
        expect(leases.held(key)).toBe(model.filter((one) => one.key === key).length)
      }
    }),
  )
})

test.each([{ limit: 0 }, { limit: 1.5 }, { ttlMs: 0 }, { ttlMs: Number.NaN }, { maxKeys: 0 }])(
  '%j is refused',
  (wrong) => {
    expect(() => createLeases({ limit: 1, ttlMs: 1, ...wrong })).toThrow(
      expect.objectContaining({ code: 'option_invalid', message: expect.stringContaining(Object.keys(wrong)[0]!) }),
    )
  },
)
